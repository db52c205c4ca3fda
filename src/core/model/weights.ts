/** The weight files of a model, in any form, as one set of tensors. */

import { joinFiles } from './join-files.ts';
import { readPackedFiles } from './packed-weights.ts';
import { readSafetensors } from './safetensors.ts';
import type { VggSpec } from './spec.ts';
import type { Tensor } from './tensor.ts';

/**
 * @param files contents of `spec.weights.files`, in the same order
 * @returns each weight as f32, f16, or int8 with an f32 neighbour `NAME.scale`
 * @throws SoutuError `ModelError` for a file that cannot be read
 */
export function readWeights(spec: VggSpec, files: readonly Uint8Array[]): Map<string, Tensor> {
  return spec.weights.dtype === 'packed'
    ? readPackedFiles(spec, files)
    : joinFiles(spec, files, readSafetensors);
}
