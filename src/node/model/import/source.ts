/** Reads a stack from a model folder, Keras' HDF5, safetensors, or ONNX. */
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from '../../../core/describe.ts';
import { messageOf, SoutuError } from '../../../core/errors.ts';
import { isPathBelow } from '../../../core/file-ref.ts';
import { readSafetensors } from '../../../core/model/safetensors.ts';
import { parseModelSpec, type VggSpec } from '../../../core/model/spec.ts';
import type { Tensor } from '../../../core/model/tensor.ts';
import { readWeights } from '../../../core/model/weights.ts';
import { type FloatTensors, toFloats } from '../float-tensors.ts';
import { readJsonObject, readModelFile } from '../read-model-file.ts';
import { type StackTemplate, VGG16 } from '../vgg16.ts';
import { stackOfNames } from './names.ts';
import { readOnnxStack } from './onnx-stack.ts';

export interface Source {
  readonly template: StackTemplate;
  readonly floats: FloatTensors;
}

const HDF5 = Uint8Array.from([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * @param overrides fields of the specification that replace those of the source
 * @throws SoutuError `ModelError`
 */
export async function readSource(
  path: string,
  overrides: Partial<StackTemplate> = {},
): Promise<Source> {
  const info = await stat(path).catch((error: unknown) => {
    throw new SoutuError('ModelError', `${path}: cannot be read: ${messageOf(error)}.`, {
      cause: error,
    });
  });
  if (info.isDirectory()) return fromFolder(path, overrides);
  if (!info.isFile()) {
    throw new SoutuError('ModelError', `${path}: cannot be read: it is not a regular file.`);
  }
  const head = await headOf(path);
  if (HDF5.every((byte, i) => head[i] === byte)) {
    const template = stackOf({ ...VGG16, ...overrides }, path);
    const { readKeras } = await import('./keras.ts');
    return { template, floats: await readKeras(path, template) };
  }
  const file = await readModelFile(path);
  const { template, tensors } = path.toLowerCase().endsWith('.onnx')
    ? readOnnxStack(file, path)
    : stackOfNames(readSafetensors(file, path), path);
  return finish({ ...template, ...overrides }, tensors, path);
}

/** Reads weights and their unchecked specification: a model folder, or one with a single `weights.file`. */
async function fromFolder(path: string, overrides: Partial<StackTemplate>): Promise<Source> {
  const where = join(path, 'model.json');
  const card = await readJsonObject(where);
  if (card.family !== 'vgg-stack') {
    throw new SoutuError(
      'ModelError',
      `${where}: "family" is ${describe(card.family)}, expected "vgg-stack".`,
    );
  }
  const { weights, canary: _, multiplyAdds: __, ...fields } = card;
  const names = fileNames(weights, where);
  const dtype = (weights as { dtype?: VggSpec['weights']['dtype'] }).dtype ?? 'F32';
  const template = stackOf({ ...VGG16, ...fields, ...overrides } as StackTemplate, where, dtype);
  const files = await Promise.all(names.map((name) => readModelFile(join(path, name))));
  const refs = names.map((file) => ({ file: join(path, file), bytes: 0, sha256: '' }));
  const spec: VggSpec = { ...template, canary: null, weights: { dtype, files: refs } };
  return { template, floats: toFloats(template, readWeights(spec, files), path) };
}

/** The names in `weights.files`, or the one in `weights.file`. */
function fileNames(weights: unknown, where: string): string[] {
  const { file, files } = (weights ?? {}) as { file?: unknown; files?: unknown };
  const names: unknown[] = Array.isArray(files)
    ? files.map((ref: { file?: unknown } | null) => ref?.file)
    : [file];
  if (names.length > 0 && names.every(isPathBelow)) return names;
  throw new SoutuError(
    'ModelError',
    `${where}: "weights" must list files below this folder, got ${describe(weights)}.`,
  );
}

/**
 * Checks the fields that shape the tensors, before any tensor is read.
 * @throws SoutuError `ModelError` that names the field
 */
function stackOf(
  template: StackTemplate,
  where: string,
  dtype: VggSpec['weights']['dtype'] = 'F32',
): StackTemplate {
  const files = [{ file: 'weights', bytes: 0, sha256: '0'.repeat(64) }];
  parseModelSpec({ ...template, canary: null, weights: { dtype, files } }, where);
  return template;
}

function finish(
  template: StackTemplate,
  tensors: ReadonlyMap<string, Tensor>,
  path: string,
): Source {
  return { template: stackOf(template, path), floats: toFloats(template, tensors, path) };
}

async function headOf(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(8), 0, 8, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
