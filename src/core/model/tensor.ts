/**
 * Tensors as stored in any form of weight file. Each int8 tensor has a companion f32 tensor `NAME.scale` with one
 * number per output channel: weight = int8 × scale.
 */
import { describe } from '../describe.ts';
import { SoutuError } from '../errors.ts';
import { halfToFloat } from '../half.ts';

export type TensorDtype = 'F32' | 'F16' | 'I8';

export interface Tensor {
  readonly dtype: TensorDtype;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/**
 * Returns one tensor as f32, converted from any stored type.
 * @throws SoutuError `ModelError` if it is missing, has another shape, or contains NaN or infinity
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
      `${where}: tensor "${name}" has shape ${describe(tensor.shape)}, expected [${shape}].`,
    );
  }
  const values = toFloats(tensor);
  if (tensor.dtype === 'I8') {
    const channels = shape[0] ?? 0;
    if (tensors.get(`${name}.scale`)?.dtype === 'I8') {
      throw new SoutuError('ModelError', `${where}: "${name}.scale" is I8, expected F32.`);
    }
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
  // Copied, because tensors may be unaligned. Not with slice(), which returns a view for a Buffer.
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
