/** The measured models: VGG16's architecture with seeded weights, and the shipped vgg16-lite. */
import { createHash } from 'node:crypto';
import { tensorsOf } from '../../../src/core/model/layers.ts';
import { writeSafetensors } from '../../../src/core/model/safetensors.ts';
import type { VggSpec } from '../../../src/core/model/spec.ts';
import type { Tensor } from '../../../src/core/model/tensor.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';
import {
  DEFAULT_MODEL,
  folderOfModel,
  readModelFolder,
} from '../../../src/node/model/model-folder.ts';
import { type StackTemplate, VGG16 } from '../../../src/node/model/vgg16.ts';

export interface MeasuredModel {
  readonly spec: VggSpec;
  readonly weights: readonly Uint8Array[];
}

export async function liteModel(): Promise<MeasuredModel> {
  const { spec, weights } = await readModelFolder(await folderOfModel(DEFAULT_MODEL));
  if (spec.family !== 'vgg-stack') throw new Error(`${DEFAULT_MODEL} is no vgg-stack`);
  return { spec, weights };
}

/** VGG16 with weights whose variance preserves that of the activations (He et al. 2015, arXiv 1502.01852). */
export function seededVgg16(seed = 16): MeasuredModel {
  const shape: StackTemplate = { ...VGG16, name: 'vgg16-seeded' };
  const normal = seededNormal(seed);
  const tensors = new Map<string, Tensor>();
  for (const { name, shape: size } of tensorsOf(shape)) {
    const [, inputs] = size;
    const deviation = inputs === undefined ? 0.01 : Math.sqrt(2 / (inputs * 9));
    const length = size.reduce((product, n) => product * n, 1);
    const values = Float32Array.from({ length }, () => normal() * deviation);
    tensors.set(name, { dtype: 'F32', shape: size, bytes: new Uint8Array(values.buffer) });
  }
  const file = writeSafetensors(tensors);
  const sha256 = createHash('sha256').update(file).digest('hex');
  const files = [{ file: 'vgg16-seeded.safetensors', bytes: file.length, sha256 }];
  const spec: VggSpec = { ...shape, canary: null, weights: { dtype: 'F32', files } };
  return { spec, weights: [file] };
}

/** Normally distributed numbers by the Box–Muller transform (1958). */
function seededNormal(seed: number): () => number {
  const random = seededRandom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
