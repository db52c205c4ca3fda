/**
 * safetensors (https://github.com/huggingface/safetensors, format section of its README):
 *
 *     u64 LE  length N of the header
 *     N bytes JSON { name: { dtype, shape, data_offsets: [begin, end] }, "__metadata__": { text: text } }
 *     tensors, little endian, offsets counted from the end of the header
 *
 * int8 tensors of ours have an f32 neighbour `NAME.scale` with one number per output channel:
 * weight = int8 × scale.
 */
import { SoutuError } from '../errors.ts';
import { decodeUtf8, encodeUtf8 } from '../text.ts';
import { halfToFloat } from './half.ts';

export type TensorDtype = 'F32' | 'F16' | 'I8';

export interface Tensor {
  readonly dtype: TensorDtype;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

const BYTES_OF: Record<TensorDtype, number> = { F32: 4, F16: 2, I8: 1 };
const MAX_HEADER_BYTES = 1 << 24;

/**
 * @param where names the file in errors
 * @throws SoutuError `ModelError` for a file that is cut short or not safetensors
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
  if (8 + headerBytes > file.length) {
    bad(`cut short: the header needs ${8 + headerBytes} bytes, the file has ${file.length}.`);
  }
  let header: Record<string, { dtype: TensorDtype; shape: number[]; data_offsets: number[] }>;
  try {
    header = JSON.parse(decodeUtf8(file.subarray(8, 8 + headerBytes)));
  } catch {
    return bad('not a safetensors file: its header is not JSON.');
  }
  const tensors = new Map<string, Tensor>();
  for (const [name, entry] of Object.entries(header ?? {})) {
    if (name === '__metadata__') continue;
    if (!Array.isArray(entry?.shape)) bad(`tensor "${name}" has no shape.`);
    const size = BYTES_OF[entry.dtype];
    if (size === undefined) {
      bad(`tensor "${name}" has dtype ${entry.dtype}, expected F32, F16 or I8.`);
    }
    const [begin = -1, end = -1] = Array.isArray(entry.data_offsets) ? entry.data_offsets : [];
    const expected = entry.shape.reduce((product, n) => product * n, size);
    if (begin < 0 || end - begin !== expected) {
      bad(
        `tensor "${name}" [${entry.shape}] needs ${expected} bytes, its offsets hold ${end - begin}.`,
      );
    }
    const start = 8 + headerBytes + begin;
    if (start + expected > file.length) {
      bad(`cut short: "${name}" ends at byte ${start + expected}, the file has ${file.length}.`);
    }
    tensors.set(name, {
      dtype: entry.dtype,
      shape: entry.shape,
      bytes: file.subarray(start, start + expected),
    });
  }
  return tensors;
}

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
  // Padded with spaces, so that the tensors begin at a multiple of 8.
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

/**
 * One tensor as f32, whatever it is stored as.
 * @throws SoutuError `ModelError` where it is missing, of another shape, or not finite
 */
export function floatsOf(
  tensors: ReadonlyMap<string, Tensor>,
  name: string,
  shape: readonly number[],
  where: string,
): Float32Array<ArrayBuffer> {
  const tensor = tensors.get(name);
  if (!tensor) throw new SoutuError('ModelError', `${where}: tensor "${name}" is missing.`);
  if (tensor.shape.join() !== shape.join()) {
    throw new SoutuError(
      'ModelError',
      `${where}: tensor "${name}" has shape [${tensor.shape}], expected [${shape}].`,
    );
  }
  const values = toFloats(tensor);
  if (tensor.dtype === 'I8') {
    const channels = shape[0] ?? 0;
    const scale = floatsOf(tensors, `${name}.scale`, [channels], where);
    const perChannel = values.length / channels;
    for (let i = 0; i < values.length; i++) {
      values[i] = (values[i] as number) * (scale[Math.floor(i / perChannel)] as number);
    }
  }
  if (!values.every(Number.isFinite)) {
    throw new SoutuError('ModelError', `${where}: tensor "${name}" holds NaN or infinity.`);
  }
  return values;
}

function toFloats({ dtype, bytes }: Tensor): Float32Array<ArrayBuffer> {
  // Copied, because a tensor need not lie on a multiple of its element's size; not by slice(), which in
  // Node's Buffer makes a view.
  const copy = new Uint8Array(bytes);
  switch (dtype) {
    case 'F32':
      return new Float32Array(copy.buffer);
    case 'F16':
      return Float32Array.from(new Uint16Array(copy.buffer), halfToFloat);
    case 'I8':
      return Float32Array.from(new Int8Array(copy.buffer));
  }
}
