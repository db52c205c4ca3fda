/**
 * safetensors (https://github.com/huggingface/safetensors, format section of its README):
 *
 *     u64 LE  length N of the header
 *     N bytes JSON { name: { dtype, shape, data_offsets: [begin, end] }, "__metadata__": { text: text } }
 *     tensors, little-endian; offsets are relative to the end of the header
 */
import { describe } from '../describe.ts';
import { SoutuError } from '../errors.ts';
import { decodeUtf8, encodeUtf8 } from '../text.ts';
import type { Tensor, TensorDtype } from './tensor.ts';

interface Entry {
  readonly dtype: unknown;
  readonly shape: unknown;
  readonly data_offsets: unknown;
}

const BYTES_OF: Record<TensorDtype, number> = { F32: 4, F16: 2, I8: 1 };
const MAX_HEADER_BYTES = 1 << 24;

/**
 * @param where the file's name, for errors
 * @throws SoutuError `ModelError` if the file is truncated, damaged or not safetensors
 */
export function readSafetensors(file: Uint8Array, where: string): Map<string, Tensor> {
  const bad = (what: string): never => {
    throw new SoutuError('ModelError', `${where}: ${what} Fetch or convert the weights again.`);
  };
  if (file.length < 8) bad(`not a safetensors file: ${file.length} bytes, expected at least 8.`);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const headerBytes = Number(view.getBigUint64(0, true));
  if (headerBytes > MAX_HEADER_BYTES) {
    bad(`not a safetensors file: it claims a header of ${headerBytes} bytes.`);
  }
  const start = 8 + headerBytes;
  if (start > file.length) {
    bad(`cut short: the header needs ${start} bytes, the file has ${file.length}.`);
  }
  let header: unknown;
  try {
    header = JSON.parse(decodeUtf8(file.subarray(8, start)));
  } catch {
    return bad('not a safetensors file: its header is not JSON.');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    return bad(`not a safetensors file: its header is ${describe(header)}, expected an object.`);
  }
  const tensors = new Map<string, Tensor>();
  const ranges: { name: string; begin: number; end: number }[] = [];
  for (const [name, entry] of Object.entries(header as Record<string, Partial<Entry> | null>)) {
    if (name === '__metadata__') continue;
    const quoted = describe(name);
    const { dtype, shape, data_offsets: offsets } = entry ?? {};
    if (!Array.isArray(shape)) return bad(`tensor ${quoted} has no shape.`);
    if (!shape.every((n) => Number.isSafeInteger(n) && n >= 0)) {
      bad(`tensor ${quoted} has the shape ${describe(shape)}, expected whole numbers.`);
    }
    if (!isDtype(dtype)) {
      return bad(`tensor ${quoted} has dtype ${describe(dtype)}, expected F32, F16 or I8.`);
    }
    const [begin, end] = Array.isArray(offsets) ? offsets : [];
    if (!Number.isSafeInteger(begin) || !Number.isSafeInteger(end) || begin < 0) {
      bad(`tensor ${quoted} has the offsets ${describe(offsets)}, expected [begin, end].`);
    }
    const size = shape.reduce((product, n) => product * n, BYTES_OF[dtype]);
    if (end - begin !== size) {
      bad(
        `tensor ${quoted} ${describe(shape)} needs ${size} bytes, its offsets hold ${end - begin}.`,
      );
    }
    if (start + end > file.length) {
      bad(`cut short: ${quoted} ends at byte ${start + end}, the file has ${file.length}.`);
    }
    ranges.push({ name, begin, end });
    tensors.set(name, { dtype, shape, bytes: file.subarray(start + begin, start + end) });
  }
  // Overlapping tensors would let a small file claim any number of values.
  ranges.sort((a, b) => a.begin - b.begin || a.end - b.end);
  ranges.forEach(({ name, begin }, i) => {
    const before = ranges[i - 1];
    if (!before || before.end <= begin) return;
    bad(`tensor ${describe(name)} begins inside ${describe(before.name)}.`);
  });
  return tensors;
}

const isDtype = (dtype: unknown): dtype is TensorDtype =>
  typeof dtype === 'string' && Object.hasOwn(BYTES_OF, dtype);

export function writeSafetensors(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  let offset = 0;
  const header: Record<string, unknown> = { __metadata__: metadata };
  for (const [name, { dtype, shape, bytes }] of tensors) {
    header[name] = { dtype, shape, data_offsets: [offset, offset + bytes.length] };
    offset += bytes.length;
  }
  const text = JSON.stringify(header);
  // Padded with spaces, so that the tensors start at a multiple of 8.
  const json = encodeUtf8(text.padEnd(Math.ceil(text.length / 8) * 8));
  const file = new Uint8Array(8 + json.length + offset);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  let at = 8 + json.length;
  for (const { bytes } of tensors.values()) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}
