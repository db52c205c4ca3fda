/**
 * Weights in int8: symmetric, rounded to nearest, one scale per output channel (max |w| / 127); biases
 * stay f32. `NAME.weight` becomes int8, `NAME.weight.scale` holds the scales.
 */
import { floatsOf, type Tensor } from '../../src/core/model/safetensors.ts';

export function quantise(tensors: ReadonlyMap<string, Tensor>, where: string): Map<string, Tensor> {
  const out = new Map<string, Tensor>();
  for (const [name, { shape }] of tensors) {
    const values = floatsOf(tensors, name, shape, where);
    if (shape.length < 2) {
      out.set(name, { dtype: 'F32', shape, bytes: bytesOf(values) });
      continue;
    }
    const channels = shape[0] as number;
    const perChannel = values.length / channels;
    const codes = new Int8Array(values.length);
    const scales = new Float32Array(channels);
    for (let c = 0; c < channels; c++) {
      const channel = values.subarray(c * perChannel, (c + 1) * perChannel);
      const largest = channel.reduce((max, w) => Math.max(max, Math.abs(w)), 0);
      // A channel of zeros has any scale; 1 keeps the division defined.
      scales[c] = largest > 0 ? largest / 127 : 1;
      const scale = scales[c] as number;
      channel.forEach((w, i) => {
        codes[c * perChannel + i] = Math.round(w / scale);
      });
    }
    out.set(name, { dtype: 'I8', shape, bytes: bytesOf(codes) });
    out.set(`${name}.scale`, { dtype: 'F32', shape: [channels], bytes: bytesOf(scales) });
  }
  return out;
}

function bytesOf(values: Float32Array | Int8Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
