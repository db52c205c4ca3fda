/** Weights from a source as f32, under our names; and the forms that store each number separately. */
import { floatToHalf } from '../../core/half.ts';
import { tensorsOf } from '../../core/model/layers.ts';
import type { VggSpec } from '../../core/model/spec.ts';
import { floatsOf, type Tensor } from '../../core/model/tensor.ts';

export type FloatTensors = Map<
  string,
  { readonly shape: readonly number[]; readonly values: Float32Array }
>;

type Shape = Pick<VggSpec, 'widths' | 'finalPool' | 'projection'>;

/**
 * All tensors of a stack as f32.
 * @throws SoutuError `ModelError` that names the tensor
 */
export function toFloats(
  spec: Shape,
  tensors: ReadonlyMap<string, Tensor>,
  where: string,
): FloatTensors {
  return new Map(
    tensorsOf(spec).map(({ name, shape }) => [
      name,
      { shape, values: floatsOf(tensors, name, shape, where) },
    ]),
  );
}

export function toF32(floats: FloatTensors): Map<string, Tensor> {
  return new Map([...floats].map(([name, { shape, values }]) => [name, f32(shape, values)]));
}

export function toF16(floats: FloatTensors): Map<string, Tensor> {
  return new Map([...floats].map(([name, { shape, values }]) => [name, f16(shape, values)]));
}

export const f32 = (shape: readonly number[], values: Float32Array): Tensor => ({
  dtype: 'F32',
  shape,
  bytes: bytesOf(values),
});

export const f16 = (shape: readonly number[], values: Float32Array): Tensor => ({
  dtype: 'F16',
  shape,
  bytes: bytesOf(Uint16Array.from(values, floatToHalf)),
});

export const bytesOf = (view: ArrayBufferView) =>
  new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
