/** The weight files of a model, in any form, as one set of tensors. */
import { SoutuError } from '../errors.ts';
import { tensorsOf } from './layers.ts';
import { readPacked } from './packed.ts';
import { readSafetensors, type Tensor } from './safetensors.ts';
import type { VggSpec } from './spec.ts';

/**
 * @param files contents of `spec.weights.files`, in the same order
 * @returns each weight as f32, f16, or int8 with an f32 neighbour `NAME.scale`
 * @throws SoutuError `ModelError` for a file that cannot be read
 */
export function readWeights(spec: VggSpec, files: readonly Uint8Array[]): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  const expected = new Map(tensorsOf(spec).map(({ name, shape }) => [name, shape]));
  files.forEach((bytes, i) => {
    const where = spec.weights.files[i]?.file ?? spec.name;
    const read =
      spec.weights.dtype === 'packed'
        ? readPacked(bytes, where, expected)
        : readSafetensors(bytes, where);
    for (const [name, tensor] of read) {
      if (tensors.has(name)) {
        throw new SoutuError(
          'ModelError',
          `${where}: tensor "${name}" is in an earlier file, too. Fetch or convert the weights again.`,
        );
      }
      tensors.set(name, tensor);
    }
  });
  return tensors;
}
