/** The model that a command is to use, by whatever the user called it. */
import type { PresetName } from '../../core/model/input-spec.ts';
import type { Pooling } from '../../core/model/spec.ts';
import { findCached } from './cache-folder.ts';
import { folderOfModel, type ModelFiles, PULLED, readModelFolder } from './model-folder.ts';
import { isOnnxFile, loadOnnxEncoder } from './onnx-encoder.ts';
import type { PullOptions } from './pull.ts';
import { withVariant } from './variant.ts';

export interface LoadOptions {
  /** The spec file of an ONNX encoder; default: the same name with `.json`. */
  readonly spec?: string;
  readonly preset?: PresetName;
  readonly pooling?: Pooling;
  /** Told how a model is pulled that is not here yet; default silent. */
  readonly reporter?: PullOptions['reporter'];
}

const SILENT: PullOptions['reporter'] = {
  stage: () => undefined,
  step: () => undefined,
  warn: () => undefined,
};

/**
 * @param model a model that comes with Soutu, `vgg16` (pulled where it is not here yet), an id of the cache,
 * the path of a model folder or of an .onnx file
 * @throws SoutuError `ModelError`, `NetworkError` where it would have to be pulled and cannot
 */
export async function loadModel(model: string, options: LoadOptions = {}): Promise<ModelFiles> {
  return withVariant(await load(model, options), options);
}

async function load(model: string, { spec, reporter = SILENT }: LoadOptions): Promise<ModelFiles> {
  if (isOnnxFile(model)) return loadOnnxEncoder(model, spec);
  if ((PULLED as readonly string[]).includes(model) && !(await findCached(model))) {
    const { pullVgg16 } = await import('./pull.ts');
    return readModelFolder((await pullVgg16({ reporter })).folder);
  }
  return readModelFolder(await folderOfModel(model));
}
