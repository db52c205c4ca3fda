/**
 * Reads weights written by Keras: HDF5, one group per layer, kernels in HWIO order. There are two layouts, one of
 * Keras 1 and one of Keras 2 and later. Other groups (pools, the top) are ignored.
 *
 *     block1_conv1/block1_conv1_W_1:0            block1_conv1/block1_conv1/kernel:0
 *     block1_conv1/block1_conv1_b_1:0            block1_conv1/block1_conv1/bias:0
 *
 * Files of a whole model have these groups below `model_weights/`.
 */
import { describe } from '../../../core/describe.ts';
import { SoutuError } from '../../../core/errors.ts';
import { layersOf } from '../../../core/model/layers.ts';
import type { VggSpec } from '../../../core/model/spec.ts';
import type { FloatTensors } from '../float-tensors.ts';
import { type DatasetAnswer, type DatasetQuery, readHdf5 } from './hdf5.ts';

const KERNEL = ['_W_1:0', '/kernel:0'];
const BIAS = ['_b_1:0', '/bias:0'];

/**
 * @returns `blockB_convK.weight` [out, in, 3, 3] and `.bias` [out]
 * @throws SoutuError `ModelError` that names the layer; `UsageError` if h5wasm is not installed
 */
export async function readKeras(
  path: string,
  shape: Pick<VggSpec, 'widths' | 'finalPool'>,
): Promise<FloatTensors> {
  const convolutions = layersOf(shape).filter((layer) => layer.kind === 'conv');
  const queries = convolutions.flatMap(({ name, in: inputs, out }): DatasetQuery[] => [
    { group: name, names: namesOf(name, KERNEL), shape: [3, 3, inputs, out] },
    { group: name, names: namesOf(name, BIAS), shape: [out] },
  ]);
  const { groups, datasets } = await readHdf5(path, queries);
  const values = queries.map((query, i) => {
    const bad = (what: string): never => {
      throw new SoutuError('ModelError', `${path}: layer ${query.group}: ${what}`);
    };
    return floatsOf(query, datasets[i] ?? { state: 'no group' }, groups, bad);
  });
  const tensors: FloatTensors = new Map();
  convolutions.forEach(({ name, in: inputs, out }, i) => {
    const weight = toOihw(values[2 * i] as Float32Array, inputs, out);
    tensors.set(`${name}.weight`, { shape: [out, inputs, 3, 3], values: weight });
    tensors.set(`${name}.bias`, { shape: [out], values: values[2 * i + 1] as Float32Array });
  });
  return tensors;
}

const namesOf = (layer: string, ends: readonly string[]) =>
  ends.map((end) => `${layer}/${layer}${end}`);

function floatsOf(
  { names, shape }: DatasetQuery,
  answer: DatasetAnswer,
  groups: readonly string[],
  bad: (what: string) => never,
): Float32Array {
  if (answer.state === 'no group') {
    const some = groups.slice(0, 6).join(', ').slice(0, 200);
    return bad(`missing; the file has ${some || 'nothing'}. It must hold the weights of VGG16.`);
  }
  if (answer.state === 'no dataset') {
    return bad(`has neither ${names.join(' nor ')}. It must be a file that Keras wrote.`);
  }
  if (answer.shape.join() !== shape.join()) {
    bad(`${answer.path} has the shape ${describe(answer.shape)}, expected [${shape}].`);
  }
  const { floats } = answer;
  if (!floats) return bad(`${answer.path} holds ${answer.dtype}, expected f32.`);
  const at = floats.findIndex((x) => !Number.isFinite(x));
  if (at >= 0) bad(`${answer.path} holds ${floats[at]} at ${at}, expected finite numbers.`);
  return floats;
}

/** Kernels [3, 3, in, out] to [out, in, 3, 3]. */
function toOihw(hwio: Float32Array, inputs: number, out: number): Float32Array {
  const oihw = new Float32Array(hwio.length);
  for (let tap = 0; tap < 9; tap++) {
    for (let i = 0; i < inputs; i++) {
      for (let o = 0; o < out; o++) {
        oihw[(o * inputs + i) * 9 + tap] = hwio[(tap * inputs + i) * out + o] as number;
      }
    }
  }
  return oihw;
}
