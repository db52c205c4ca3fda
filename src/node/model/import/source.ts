/** Whatever a user has of a stack: a model folder, Keras' HDF5, safetensors, or ONNX. */
import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, SoutuError } from '../../../core/errors.ts';
import { readSafetensors, type Tensor } from '../../../core/model/safetensors.ts';
import type { VggSpec } from '../../../core/model/spec.ts';
import { readWeights } from '../../../core/model/weights.ts';
import { type FloatTensors, toFloats } from '../float-tensors.ts';
import { type StackTemplate, VGG16 } from '../vgg16.ts';
import { stackOfNames } from './names.ts';
import { readOnnxStack } from './onnx-stack.ts';

export interface Source {
  readonly template: StackTemplate;
  readonly floats: FloatTensors;
}

const HDF5 = Uint8Array.from([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * @param overrides fields of the specification that the caller gives; they go before what the source says
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
  const head = await headOf(path);
  if (HDF5.every((byte, i) => head[i] === byte)) {
    const template = { ...VGG16, ...overrides };
    // Imported when needed: HDF5 is 4 MB of WebAssembly.
    const { readKeras } = await import('./keras.ts');
    return { template, floats: await readKeras(path, template) };
  }
  const file = await readFile(path);
  const { template, tensors } = path.toLowerCase().endsWith('.onnx')
    ? readOnnxStack(file, path)
    : stackOfNames(readSafetensors(file, path), path);
  return finish({ ...template, ...overrides }, tensors, path);
}

/** A folder of ours, or the card of vgg16-lite: `model.json` with one weights file. */
async function fromFolder(path: string, overrides: Partial<StackTemplate>): Promise<Source> {
  const where = join(path, 'model.json');
  let card: Record<string, unknown> & {
    weights?: { file?: string; dtype?: VggSpec['weights']['dtype']; files?: { file: string }[] };
  };
  try {
    card = JSON.parse(await readFile(where, 'utf8'));
  } catch (error) {
    throw new SoutuError('ModelError', `${where}: cannot be read: ${messageOf(error)}.`, {
      cause: error,
    });
  }
  if (card.family !== 'vgg-stack') {
    throw new SoutuError('ModelError', `${where}: "family" is ${card.family}, expected vgg-stack.`);
  }
  const names = card.weights?.files?.map(({ file }) => file) ?? [card.weights?.file ?? ''];
  const files = await Promise.all(names.map((name) => readFile(join(path, name)))).catch(
    (error: unknown) => {
      throw new SoutuError(
        'ModelError',
        `${where}: its weights cannot be read: ${messageOf(error)}.`,
        {
          cause: error,
        },
      );
    },
  );
  const { weights, canary: _, multiplyAdds: __, ...fields } = card;
  const refs = names.map((file) => ({ file: join(path, file), bytes: 0, sha256: '' }));
  const template = { ...VGG16, ...fields, ...overrides } as StackTemplate;
  const spec: VggSpec = {
    ...template,
    canary: null,
    weights: { dtype: weights?.dtype ?? 'F32', files: refs },
  };
  return finish(template, readWeights(spec, files), path);
}

function finish(
  template: StackTemplate,
  tensors: ReadonlyMap<string, Tensor>,
  path: string,
): Source {
  return { template, floats: toFloats(template, tensors, path) };
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
