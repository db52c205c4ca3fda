/** Small HDF5 files as Keras writes them, by h5wasm itself. */
import { File, type Group, ready } from 'h5wasm/node';
import { type FloatTensors, toFloats } from '../../src/node/model/float-tensors.ts';
import { type StackTemplate, VGG16 } from '../../src/node/model/vgg16.ts';
import { tinyModel } from './tiny-model.ts';

/** VGG16 in its order of things, but narrow and small. */
export const TINY_VGG: StackTemplate = {
  ...VGG16,
  name: 'tiny-vgg',
  widths: [[4], [8, 8]],
  dimension: 8,
  input: { ...VGG16.input, width: 32, height: 32 },
};

/** Seeded weights for it. */
export function tinyWeights(seed = 7): FloatTensors {
  const { widths, finalPool, pooling, input } = TINY_VGG;
  const { spec, tensors } = tinyModel({ widths, finalPool, pooling, input }, 'F32', seed);
  return toFloats(spec, tensors, 'tiny');
}

export interface KerasLayout {
  /** Keras 1: `NAME_W_1:0`; Keras 2: `NAME/kernel:0`. */
  readonly keras: 1 | 2;
  /** Below `model_weights`, with a dense top, as a whole saved model. */
  readonly whole?: boolean;
}

/** @param change what is written in place of a dataset; null leaves it out */
export async function writeKerasFile(
  path: string,
  weights: FloatTensors,
  { keras, whole = false }: KerasLayout,
  change: (name: string, data: Written) => Written | null = (_, data) => data,
): Promise<void> {
  await ready;
  const file = new File(path, 'w');
  const root: Group = whole ? file.create_group('model_weights') : file;
  for (const [name, { shape, values }] of weights) {
    const [layer = '', part = ''] = name.split('.');
    if (!root.keys().includes(layer)) root.create_group(layer);
    let group = root.get(layer) as Group;
    if (keras === 2) {
      if (!group.keys().includes(layer)) group.create_group(layer);
      group = group.get(layer) as Group;
    }
    const isKernel = part === 'weight';
    const own =
      keras === 2 ? (isKernel ? 'kernel:0' : 'bias:0') : `${layer}_${isKernel ? 'W' : 'b'}_1:0`;
    const plain = isKernel ? toHwio(shape, values) : { shape, data: values };
    const written = change(name, plain);
    if (written) {
      group.create_dataset({
        name: own,
        data: written.data,
        shape: [...written.shape],
        dtype: '<f',
      });
    }
  }
  if (whole) {
    root.create_group('block1_pool');
    const top = root.create_group('predictions');
    top.create_dataset({
      name: 'predictions_W_1:0',
      data: Float32Array.of(1, 2),
      shape: [2],
      dtype: '<f',
    });
  }
  file.close();
}

export interface Written {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

function toHwio([out = 0, inputs = 0]: readonly number[], oihw: Float32Array): Written {
  const data = new Float32Array(oihw.length);
  oihw.forEach((value, i) => {
    const tap = i % 9;
    const c = Math.floor(i / 9) % inputs;
    const o = Math.floor(i / (9 * inputs));
    data[(tap * inputs + c) * out + o] = value;
  });
  return { shape: [3, 3, inputs, out], data };
}
