/** A model on disk: a folder with `model.json` and the weight files that it names. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, SoutuError } from '../../core/errors.ts';
import type { FileRef } from '../../core/file-ref.ts';
import { type ModelSpec, parseModelSpec } from '../../core/model/spec.ts';
import { inPackage } from '../files/package-root.ts';
import { sha256 } from '../files/sha256.ts';
import { findCached } from './cache-folder.ts';

export const DEFAULT_MODEL = 'vgg16-lite';
/** Those that can be pulled. */
export const PULLED = ['vgg16'] as const;

const MODELS = inPackage('public/models');

export interface ModelFiles {
  readonly spec: ModelSpec;
  /** Contents of `spec.weights.files`, in their order. */
  readonly weights: readonly Uint8Array[];
}

/**
 * Where a model lies: among those that come with Soutu, in the user's cache, or where the path says.
 * @throws SoutuError `ModelError` for a name that is none of these
 */
export async function folderOfModel(nameOrFolder: string): Promise<string> {
  const shipped = join(MODELS, nameOrFolder);
  if (existsSync(join(shipped, 'model.json'))) return shipped;
  if (existsSync(join(nameOrFolder, 'model.json'))) return nameOrFolder;
  const cached = await findCached(nameOrFolder);
  if (cached) return cached.folder;
  const names = [...(await shippedModels()), ...PULLED].join(', ');
  throw new SoutuError(
    'ModelError',
    `No model "${nameOrFolder}": expected one of ${names}, the id of a pulled one (soutu model list), a folder ` +
      'with a model.json, or an .onnx file.',
  );
}

export const shippedModels = () => readdir(MODELS);

/** @throws SoutuError `ModelError` */
export async function readModelFolder(folder: string): Promise<ModelFiles> {
  const spec = await readModelSpec(folder);
  const weights = await Promise.all(spec.weights.files.map((ref) => readWeights(folder, ref)));
  return { spec, weights };
}

/**
 * What the folder says of its model; the weights are not looked at.
 * @throws SoutuError `ModelError`
 */
export async function readModelSpec(folder: string): Promise<ModelSpec> {
  const path = join(folder, 'model.json');
  let raw: unknown;
  try {
    raw = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new SoutuError('ModelError', `${path}: not JSON: ${messageOf(error)}.`, { cause: error });
  }
  return parseModelSpec(raw, path);
}

async function readWeights(folder: string, ref: FileRef): Promise<Uint8Array> {
  const path = join(folder, ref.file);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new SoutuError('ModelError', `${path}: cannot be read: ${messageOf(error)}.`, {
      cause: error,
    });
  }
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
