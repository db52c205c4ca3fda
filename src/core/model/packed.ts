/**
 * Weights in fewer bytes than int8: quantised to few distinct integers and entropy-coded. The file is a container
 * (core/container.ts) of kind "packed-weights". Its header lists
 *
 *     tensors: [{ name, shape, coding, lowest }]
 *
 *     coding "rans"   sections  NAME         u16 [words]             the stream (rans.ts), one row per output channel
 *                               NAME.freq    u16 [tables, symbols]   frequencies; symbol 0 means `lowest`
 *                               NAME.table   u8  [channels]          the table of each channel
 *                               NAME.scale   f32 [channels]          weight = number × scale
 *     coding "plain"  section   NAME         f32 or f16 [shape]
 *
 * Channels with similar distributions share a table. Biases are stored plain, and so are small layers that need more
 * precision than int8.
 */
import { type Container, type Owner, readContainer, sectionOf } from '../container.ts';
import { describe } from '../describe.ts';
import { SoutuError } from '../errors.ts';
import { decodeRans } from './rans.ts';
import type { Tensor } from './tensor.ts';

export const PACKED_KIND = 'packed-weights';

const MODEL: Owner = {
  code: 'ModelError',
  remedy: 'Fetch or convert the weights again.',
  versionRemedy: 'Update Soutu, or convert the weights again with this version.',
};

export interface PackedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly coding: 'rans' | 'plain';
  /** The integer that symbol 0 represents; only with `rans`. */
  readonly lowest?: number;
}

/**
 * @param where the file's name, for errors
 * @param expected shapes of the model's tensors. Constant symbols take no bits, so a small file could claim any
 * number of values; only these shapes are decoded, each once.
 * @returns the same result as `readSafetensors` for these weights: I8 with `NAME.scale`, F32 or F16
 * @throws SoutuError `ModelError` if the file is truncated, damaged or of another kind
 */
export function readPacked(
  file: Uint8Array,
  where: string,
  expected: ReadonlyMap<string, readonly number[]>,
): Map<string, Tensor> {
  const container = readContainer(file, PACKED_KIND, where, MODEL);
  const { tensors: list } = container.meta;
  if (!Array.isArray(list)) bad(where, 'its header lists no tensors.');
  const tensors = new Map<string, Tensor>();
  for (const entry of list as PackedTensor[]) {
    if (!isEntry(entry)) bad(where, `it lists a tensor as ${describe(entry)}.`);
    const { name, shape } = entry;
    const wanted = expected.get(name);
    if (!wanted) bad(where, `tensor ${describe(name)} is not part of the model.`);
    if (tensors.has(name)) bad(where, `tensor ${describe(name)} is listed twice.`);
    if (shape.join() !== wanted.join()) {
      bad(where, `tensor "${name}" has shape ${describe(shape)}, expected [${wanted}].`);
    }
    if (entry.coding === 'plain') tensors.set(name, plainOf(container, entry, where));
    else {
      tensors.set(name, codesOf(container, entry, where));
      tensors.set(`${name}.scale`, scaleOf(container, entry, where));
    }
  }
  return tensors;
}

function bad(where: string, what: string): never {
  throw new SoutuError(MODEL.code, `${where}: ${what} ${MODEL.remedy}`);
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
  if (found?.dtype !== 'f32' && found?.dtype !== 'f16') {
    return bad(where, `tensor "${name}" has no section of f32 or f16.`);
  }
  if (found.shape.join() !== shape.join()) {
    bad(where, `tensor "${name}" has shape [${shape}], its section ${describe(found.shape)}.`);
  }
  return { dtype: found.dtype === 'f32' ? 'F32' : 'F16', shape, bytes: bytesOf(found.data) };
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
  const tables = { lowest, symbols, frequencies };
  const codes = decodeRans(stream, tables, tableOf, length, new Int8Array(channels * length));
  if (!codes) return bad(where, `the stream of tensor "${name}" is damaged.`);
  return { dtype: 'I8', shape, bytes: bytesOf(codes) };
}

function scaleOf(container: Container, { name, shape }: PackedTensor, where: string): Tensor {
  const values = section(container, `${name}.scale`, 'f32', where);
  const [channels = 0] = shape;
  if (values.length !== channels) {
    bad(where, `tensor "${name}" has ${channels} channels, scales for ${values.length}.`);
  }
  return { dtype: 'F32', shape: [channels], bytes: bytesOf(values) };
}

const section = <T extends 'f32' | 'u16' | 'u8'>(
  container: Container,
  name: string,
  dtype: T,
  where: string,
) => sectionOf(container, name, dtype, where, MODEL);

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
  new Uint8Array(buffer, byteOffset, byteLength);
