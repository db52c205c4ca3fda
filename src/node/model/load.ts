/** Loads a model by name, id or path. */
import type { PresetName } from '../../core/model/input-spec.ts';
import type { Pooling } from '../../core/model/spec.ts';
import { findCached } from './cache-folder.ts';
import { folderOfModel, type ModelFiles, PULLED, readModelFolder } from './model-folder.ts';
import { isOnnxFile, loadOnnxEncoder } from './onnx-encoder.ts';
import { hashModel, PHASH } from './phash.ts';
import type { PullOptions } from './pull.ts';
import { withVariant } from './variant.ts';

export interface LoadOptions {
  /** The spec file of an ONNX encoder; default: the same name with `.json`. */
  readonly spec?: string;
  readonly preset?: PresetName;
  readonly pooling?: Pooling;
  /** Receives the progress if the model has to be downloaded; default silent. */
  readonly reporter?: PullOptions['reporter'];
}

const SILENT: PullOptions['reporter'] = {
  stage: () => undefined,
  step: () => undefined,
  warn: () => undefined,
};

/**
 * @param model a model that comes with Soutu, `vgg16` (downloaded if it is not cached), an id of the cache,
 * the path of a model folder or of an .onnx file
 * @throws SoutuError `ModelError`, `NetworkError` if it has to be downloaded and cannot be
 */
export async function loadModel(model: string, options: LoadOptions = {}): Promise<ModelFiles> {
  return withVariant(await load(model, options), options);
}

async function load(model: string, { spec, reporter = SILENT }: LoadOptions): Promise<ModelFiles> {
  if (model === PHASH) return hashModel();
  if (isOnnxFile(model)) return loadOnnxEncoder(model, spec);
  if ((PULLED as readonly string[]).includes(model) && !(await findCached(model))) {
    const { pullVgg16 } = await import('./pull.ts');
    return readModelFolder((await pullVgg16({ reporter })).folder);
  }
  return readModelFolder(await folderOfModel(model));
}
