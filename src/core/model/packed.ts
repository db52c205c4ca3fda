/**
 * Weights in fewer bytes than int8: whole numbers of few values, entropy-coded, in the container of all our
 * binary files (bundle/container.ts: magic, version, sections), kind "packed-weights". Its header lists
 *
 *     tensors: [{ name, shape, coding, lowest }]
 *
 *     coding "rans"   sections  NAME         u16 [words]             the stream (rans.ts), a row an output channel
 *                               NAME.freq    u16 [tables, symbols]   frequencies, symbol 0 is `lowest`
 *                               NAME.table   u8  [channels]          the table of each channel
 *                               NAME.scale   f32 [channels]          weight = number × scale
 *     coding "plain"  section   NAME         f32 or f16 [shape]
 *
 * Channels of like spread share a table. Small layers whose steps would have to be finer than int8 allows,
 * and biases, are plain.
 */
import { type Container, readContainer, sectionOf } from '../container.ts';
import { describe } from '../describe.ts';
import { messageOf, SoutuError } from '../errors.ts';
import { decodeRans } from './rans.ts';
import type { Tensor } from './safetensors.ts';

export const PACKED_KIND = 'packed-weights';

/** More numbers than any tensor has that could be run; symbols that never vary cost no bit, however many. */
const MAX_NUMBERS = 2 ** 28;

export interface PackedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly coding: 'rans' | 'plain';
  /** The number that symbol 0 stands for; only with `rans`. */
  readonly lowest?: number;
}

/**
 * @param where names the file in errors
 * @returns what `readSafetensors` gives for the same weights: I8 with `NAME.scale`, F32 or F16
 * @throws SoutuError `ModelError` for a file that is cut short, damaged or of another kind
 */
export function readPacked(file: Uint8Array, where: string): Map<string, Tensor> {
  const container = open(file, where);
  const { tensors: list } = container.meta;
  if (!Array.isArray(list)) bad(where, 'its header lists no tensors.');
  const tensors = new Map<string, Tensor>();
  for (const entry of list as PackedTensor[]) {
    if (!isEntry(entry)) bad(where, `it lists a tensor as ${describe(entry)}.`);
    if (entry.coding === 'plain') {
      tensors.set(entry.name, plainOf(container, entry, where));
      continue;
    }
    const scale = floats(section(container, `${entry.name}.scale`, 'f32', where));
    tensors.set(entry.name, codesOf(container, entry, where));
    tensors.set(`${entry.name}.scale`, scale);
  }
  return tensors;
}

function open(file: Uint8Array, where: string): Container {
  try {
    return readContainer(file, PACKED_KIND, where);
  } catch (error) {
    throw asModelError(error);
  }
}

function section<T extends 'f32' | 'u16' | 'u8'>(
  container: Container,
  name: string,
  dtype: T,
  where: string,
) {
  try {
    return sectionOf(container, name, dtype, where);
  } catch (error) {
    throw asModelError(error);
  }
}

/** What the container says of a bundle is true of a model folder, too, but for what is to be done. */
function asModelError(error: unknown): SoutuError {
  const message = messageOf(error).replace(' Build the bundle again.', '');
  return new SoutuError('ModelError', `${message} Fetch or convert the weights again.`, {
    cause: error,
  });
}

function bad(where: string, what: string): never {
  throw new SoutuError('ModelError', `${where}: ${what} Fetch or convert the weights again.`);
}

function isEntry(entry: Partial<PackedTensor> | null): entry is PackedTensor {
  return (
    typeof entry?.name === 'string' &&
    Array.isArray(entry.shape) &&
    entry.shape.length > 0 &&
    entry.shape.every((n) => Number.isSafeInteger(n) && n > 0) &&
    (entry.coding === 'plain' || (entry.coding === 'rans' && Number.isInteger(entry.lowest)))
  );
}

function plainOf(container: Container, { name, shape }: PackedTensor, where: string): Tensor {
  const found = container.sections.find((candidate) => candidate.name === name);
  if (!found || (found.dtype !== 'f32' && found.dtype !== 'f16')) {
    return bad(where, `tensor "${name}" has no section of f32 or f16.`);
  }
  if (found.shape.join() !== shape.join()) {
    bad(where, `tensor "${name}" has shape [${shape}], its section [${found.shape}].`);
  }
  const { data } = found;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { dtype: found.dtype === 'f32' ? 'F32' : 'F16', shape, bytes };
}

function codesOf(container: Container, entry: PackedTensor, where: string): Tensor {
  const { name, shape, lowest = 0 } = entry;
  const stream = section(container, name, 'u16', where);
  const frequencies = section(container, `${name}.freq`, 'u16', where);
  const tableOf = section(container, `${name}.table`, 'u8', where);
  const symbols = container.sections.find((s) => s.name === `${name}.freq`)?.shape[1] ?? 0;
  const [channels = 0, ...rest] = shape;
  if (tableOf.length !== channels) {
    bad(where, `tensor "${name}" has ${channels} channels, tables for ${tableOf.length}.`);
  }
  const length = rest.reduce((product, n) => product * n, 1);
  if (channels * length > MAX_NUMBERS) {
    bad(where, `tensor "${name}" [${shape}] has more than ${MAX_NUMBERS} numbers.`);
  }
  const codes = decodeRans(stream, { lowest, symbols, frequencies }, tableOf, length);
  if (!codes) return bad(where, `tensor "${name}" is damaged: its stream does not come out even.`);
  return { dtype: 'I8', shape, bytes: new Uint8Array(codes.buffer) };
}

function floats(values: Float32Array<ArrayBuffer>): Tensor {
  return { dtype: 'F32', shape: [values.length], bytes: new Uint8Array(values.buffer) };
}
