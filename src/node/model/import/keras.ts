/**
 * Weights as Keras writes them: HDF5, one group a layer, kernels HWIO. Two layouts are about, of Keras 1 and
 * of Keras 2 and later; other groups (pools, the top) are passed over:
 *
 *     block1_conv1/block1_conv1_W_1:0            block1_conv1/block1_conv1/kernel:0
 *     block1_conv1/block1_conv1_b_1:0            block1_conv1/block1_conv1/bias:0
 *
 * (also below `model_weights/`, where a whole model was saved)
 */
import { Dataset, File, type Group, ready } from 'h5wasm/node';
import { messageOf, SoutuError } from '../../../core/errors.ts';
import { layersOf } from '../../../core/model/layers.ts';
import type { VggSpec } from '../../../core/model/spec.ts';
import type { FloatTensors } from '../float-tensors.ts';

/**
 * @returns `blockB_convK.weight` [out, in, 3, 3] and `.bias` [out]
 * @throws SoutuError `ModelError` that names the layer
 */
export async function readKeras(
  path: string,
  shape: Pick<VggSpec, 'widths' | 'finalPool'>,
): Promise<FloatTensors> {
  const { activate_throwing_error_handler } = await ready;
  // Without it HDF5 writes its troubles to stderr and goes on.
  activate_throwing_error_handler();
  let file: File;
  try {
    file = new File(path, 'r');
  } catch (error) {
    const reason = messageOf(error).trim().split('\n')[0];
    throw new SoutuError('ModelError', `${path}: not an HDF5 file, or damaged (${reason}).`, {
      cause: error,
    });
  }
  try {
    const below = file.get('model_weights');
    return readLayers(below && 'keys' in below ? below : file, shape, path);
  } finally {
    file.close();
  }
}

function readLayers(
  root: Group,
  shape: Pick<VggSpec, 'widths' | 'finalPool'>,
  path: string,
): FloatTensors {
  const tensors: FloatTensors = new Map();
  for (const layer of layersOf(shape)) {
    if (layer.kind !== 'conv') continue;
    const { name, in: inputs, out } = layer;
    const kernel = read(root, name, ['_W_1:0', '/kernel:0'], [3, 3, inputs, out], path);
    const bias = read(root, name, ['_b_1:0', '/bias:0'], [out], path);
    const weight = toOihw(kernel, inputs, out);
    tensors.set(`${name}.weight`, { shape: [out, inputs, 3, 3], values: weight });
    tensors.set(`${name}.bias`, { shape: [out], values: bias });
  }
  return tensors;
}

/** @param ends what follows the layer's name, in one layout or the other */
function read(
  root: Group,
  layer: string,
  ends: readonly string[],
  shape: readonly number[],
  path: string,
): Float32Array {
  const bad = (what: string): never => {
    throw new SoutuError('ModelError', `${path}: layer ${layer}: ${what}`);
  };
  const group = root.get(layer);
  if (!group) {
    const some = root.keys().slice(0, 6).join(', ');
    return bad(`missing; the file has ${some || 'nothing'}. It must hold the weights of VGG16.`);
  }
  const names = ends.map((end) => `${layer}/${layer}${end}`);
  const found = names.map((name) => root.get(name)).find((entity) => entity instanceof Dataset);
  if (!found) {
    return bad(`has neither ${names.join(' nor ')}. It must be a file that Keras wrote.`);
  }
  const got = found.shape ?? [];
  if (got.join() !== shape.join()) {
    bad(`${found.path} has the shape [${got}], expected [${shape}].`);
  }
  const { value } = found;
  if (!(value instanceof Float32Array)) {
    return bad(`${found.path} holds ${String(found.dtype)}, expected f32.`);
  }
  const at = value.findIndex((x) => !Number.isFinite(x));
  if (at >= 0) bad(`${found.path} holds ${value[at]} at ${at}, expected finite numbers.`);
  return value;
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
