import { joinFiles } from './join-files.ts';
import { tensorsOf } from './layers.ts';
import { readPacked } from './packed.ts';
import type { VggSpec } from './spec.ts';
import type { Tensor } from './tensor.ts';

/**
 * The files of a model whose weights are packed, as one set of tensors.
 * @throws SoutuError `ModelError` for a file that cannot be read
 */
export function readPackedFiles(spec: VggSpec, files: readonly Uint8Array[]): Map<string, Tensor> {
  const expected = new Map(tensorsOf(spec).map(({ name, shape }) => [name, shape]));
  return joinFiles(spec, files, (bytes, where) => readPacked(bytes, where, expected));
}
