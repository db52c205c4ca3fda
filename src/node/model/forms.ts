/** The forms that weights are shipped in. */

import type { FileRef } from '../../core/file-ref.ts';
import { writeSafetensors } from '../../core/model/safetensors.ts';
import type { VggSpec, WeightsDtype } from '../../core/model/spec.ts';
import type { Tensor } from '../../core/model/tensor.ts';
import { sha256 } from '../files/sha256.ts';
import { type FloatTensors, toF16, toF32 } from './float-tensors.ts';
import { writePacked } from './pack/write-packed.ts';
import { quantise } from './quantise.ts';
import { shardTensors } from './shards.ts';

export const FORMS = ['f32', 'f16', 'int8', 'packed'] as const;
export type Form = (typeof FORMS)[number];

const DTYPES: Readonly<Record<Form, WeightsDtype>> = {
  f32: 'F32',
  f16: 'F16',
  int8: 'I8',
  packed: 'packed',
};

export interface FormFiles {
  readonly weights: VggSpec['weights'];
  /** Contents of `weights.files`, in their order. */
  readonly files: readonly Uint8Array[];
}

/** The forms that need no photos. */
export function plainForm(
  form: Exclude<Form, 'packed'>,
  floats: FloatTensors,
): Map<string, Tensor> {
  if (form === 'f32') return toF32(floats);
  return form === 'f16' ? toF16(floats) : quantise(floats);
}

/** @param name name of the model, the prefix of its file names */
export function writeForm(
  name: string,
  form: Form,
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>>,
): FormFiles {
  const shards = shardTensors(tensors);
  const write = form === 'packed' ? writePacked : writeSafetensors;
  const extension = form === 'packed' ? 'packed' : `${form}.safetensors`;
  const refs: FileRef[] = [];
  const files = shards.map((shard, i) => {
    const bytes = write(shard, metadata);
    const part = shards.length > 1 ? `-${i + 1}of${shards.length}` : '';
    refs.push({
      file: `${name}${part}.${extension}`,
      bytes: bytes.length,
      sha256: sha256(bytes),
    });
    return bytes;
  });
  return { weights: { dtype: DTYPES[form], files: refs }, files };
}
