/** A model on disk: a folder with `model.json` and its weight files. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SoutuError } from '../../core/errors.ts';
import type { FileRef } from '../../core/file-ref.ts';
import { type ModelSpec, parseModelSpec } from '../../core/model/spec.ts';
import { inPackage } from '../files/package-root.ts';
import { sha256 } from '../files/sha256.ts';
import { findCached } from './cache-folder.ts';
import { readJsonObject, readModelFile } from './read-model-file.ts';

export const DEFAULT_MODEL = 'vgg16-lite';
/** Models that can be downloaded. */
export const PULLED = ['vgg16'] as const;

export const SHIPPED_MODELS = inPackage('public/models');

export interface ModelFiles {
  readonly spec: ModelSpec;
  /** Contents of `spec.weights.files`, in their order. */
  readonly weights: readonly Uint8Array[];
}

/**
 * Finds the folder of a model: one that comes with Soutu, one in the user's cache, or a path.
 * @throws SoutuError `ModelError` if there is no such model
 */
export async function folderOfModel(nameOrFolder: string): Promise<string> {
  const shipped = join(SHIPPED_MODELS, nameOrFolder);
  if (existsSync(join(shipped, 'model.json'))) return shipped;
  if (existsSync(join(nameOrFolder, 'model.json'))) return nameOrFolder;
  const cached = await findCached(nameOrFolder);
  if (cached) return cached.folder;
  const names = [...(await shippedModels()), ...PULLED].join(', ');
  throw new SoutuError(
    'ModelError',
    `No model "${nameOrFolder}": expected one of ${names}, the id of a downloaded model (soutu model list), ` +
      'a folder with a model.json, or an .onnx file.',
  );
}

export const shippedModels = () => readdir(SHIPPED_MODELS);

/** @throws SoutuError `ModelError` */
export async function readModelFolder(folder: string): Promise<ModelFiles> {
  const spec = await readModelSpec(folder);
  const weights = await Promise.all(spec.weights.files.map((ref) => readWeights(folder, ref)));
  return { spec, weights };
}

/**
 * Reads `model.json` only; the weights are not checked.
 * @throws SoutuError `ModelError`
 */
export async function readModelSpec(folder: string): Promise<ModelSpec> {
  const path = join(folder, 'model.json');
  return parseModelSpec(await readJsonObject(path), path);
}

async function readWeights(folder: string, ref: FileRef): Promise<Uint8Array> {
  const path = join(folder, ref.file);
  const bytes = await readModelFile(path);
  const got = sha256(bytes);
  if (got !== ref.sha256) {
    throw new SoutuError(
      'ModelError',
      `${path}: expected SHA-256 ${ref.sha256} (${ref.bytes} bytes), got ${got} ` +
        `(${bytes.length} bytes). Fetch or convert the weights again.`,
    );
  }
  return bytes;
}
