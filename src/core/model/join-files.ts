import { SoutuError } from '../errors.ts';
import type { VggSpec } from './spec.ts';
import type { Tensor } from './tensor.ts';

/**
 * @param files contents of `spec.weights.files`, in the same order
 * @param read reads one file; `where` is its name, for errors
 * @throws SoutuError `ModelError` for a tensor in two files; errors of `read`
 */
export function joinFiles(
  spec: VggSpec,
  files: readonly Uint8Array[],
  read: (bytes: Uint8Array, where: string) => Map<string, Tensor>,
): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  files.forEach((bytes, i) => {
    const where = spec.weights.files[i]?.file ?? spec.name;
    for (const [name, tensor] of read(bytes, where)) {
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
