/** The models that are measured: VGG16's shape with seeded weights, and the shipped lite one. */
import { createHash } from 'node:crypto';
import { tensorsOf } from '../../../src/core/model/layers.ts';
import { type Tensor, writeSafetensors } from '../../../src/core/model/safetensors.ts';
import type { VggSpec } from '../../../src/core/model/spec.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';
import { DEFAULT_MODEL, folderOfModel, readModelFolder } from '../../model/model-folder.ts';

export interface MeasuredModel {
  readonly spec: VggSpec;
  readonly weights: readonly Uint8Array[];
}

export async function liteModel(): Promise<MeasuredModel> {
  const { spec, weights } = await readModelFolder(await folderOfModel(DEFAULT_MODEL));
  if (spec.family !== 'vgg-stack') throw new Error(`${DEFAULT_MODEL} is no vgg-stack`);
  return { spec, weights };
}

/** VGG16 with weights of the variance that keeps the activations' (He et al. 2015, arXiv 1502.01852). */
export function seededVgg16(seed = 16): MeasuredModel {
  const shape = {
    name: 'vgg16-seeded',
    family: 'vgg-stack',
    widths: [
      [64, 64],
      [128, 128],
      [256, 256, 256],
      [512, 512, 512],
      [512, 512, 512],
    ],
    finalPool: '2x2',
    pooling: 'max',
    projection: null,
    normalize: 'l2',
    dimension: 512,
    input: {
      width: 224,
      height: 224,
      resize: 'stretch',
      filter: 'bilinear-antialias',
      channels: 'BGR',
      mean: [103.939, 116.779, 123.68],
      scale: [1, 1, 1],
    },
    preprocessing: 1,
    licence: '',
    attribution: '',
    canary: null,
  } as const satisfies Omit<VggSpec, 'weights'>;
  const normal = seededNormal(seed);
  const tensors = new Map<string, Tensor>();
  for (const { name, shape: size } of tensorsOf(shape)) {
    const [outputs = 0, inputs] = size;
    const deviation = inputs === undefined ? 0.01 : Math.sqrt(2 / (inputs * 9));
    const length = size.reduce((product, n) => product * n, 1);
    const values = Float32Array.from({ length }, () => normal() * deviation);
    tensors.set(name, { dtype: 'F32', shape: size, bytes: new Uint8Array(values.buffer) });
    if (outputs < 1) throw new Error(`${name} has no outputs`);
  }
  const file = writeSafetensors(tensors);
  const sha256 = createHash('sha256').update(file).digest('hex');
  const files = [{ file: 'vgg16-seeded.safetensors', bytes: file.length, sha256 }];
  return { spec: { ...shape, weights: { dtype: 'F32', files } }, weights: [file] };
}

/** Box and Muller 1958. */
function seededNormal(seed: number): () => number {
  const random = seededRandom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
