/** The weight files of a model, of whatever form, as one set of tensors. */
import { readPacked } from './packed.ts';
import { readSafetensors, type Tensor } from './safetensors.ts';
import type { VggSpec } from './spec.ts';

/**
 * @param files contents of `spec.weights.files`, in their order
 * @returns each weight as f32, f16, or int8 with an f32 neighbour `NAME.scale`
 * @throws SoutuError `ModelError` for a file that cannot be read
 */
export function readWeights(spec: VggSpec, files: readonly Uint8Array[]): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  const read = spec.weights.dtype === 'packed' ? readPacked : readSafetensors;
  files.forEach((bytes, i) => {
    const where = spec.weights.files[i]?.file ?? spec.name;
    for (const [name, tensor] of read(bytes, where)) tensors.set(name, tensor);
  });
  return tensors;
}
