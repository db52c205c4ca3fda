/**
 * Weights as whole numbers with a step per output channel: `NAME.weight` becomes int8, `NAME.weight.scale`
 * holds the steps; biases stay f32.
 */
import type { Tensor } from '../../core/model/tensor.ts';
import { bytesOf, type FloatTensors, f32 } from './float-tensors.ts';

/** Symmetric, so that 0 stays 0. */
const MOST = 127;

/** int8, rounded to nearest; each channel's step is the finest that its largest weight allows. */
export function quantise(floats: FloatTensors): Map<string, Tensor> {
  const out = new Map<string, Tensor>();
  for (const [name, { shape, values }] of floats) {
    if (shape.length < 2) {
      out.set(name, f32(shape, values));
      continue;
    }
    const steps = finestSteps(shape, values);
    for (const [key, tensor] of toSteps(name, shape, nearestCodes(values, steps), steps)) {
      out.set(key, tensor);
    }
  }
  return out;
}

/** max |w| / 127 of each output channel; 1 for a channel of zeros, where any step would do. */
export function finestSteps(shape: readonly number[], values: Float32Array): Float32Array {
  return perChannel(shape, values, (channel) => {
    const largest = channel.reduce((max, w) => Math.max(max, Math.abs(w)), 0);
    return largest > 0 ? largest / MOST : 1;
  });
}

/** Root of the mean square of each output channel. */
export function spreads(shape: readonly number[], values: Float32Array): Float32Array {
  return perChannel(shape, values, (channel) =>
    Math.sqrt(channel.reduce((sum, w) => sum + w * w, 0) / channel.length),
  );
}

function perChannel(
  [channels = 0]: readonly number[],
  values: Float32Array,
  of: (channel: Float32Array) => number,
): Float32Array {
  const length = values.length / channels;
  return Float32Array.from({ length: channels }, (_, c) =>
    of(values.subarray(c * length, (c + 1) * length)),
  );
}

/**
 * @param steps one per output channel, none finer than `finestSteps`
 * @returns each weight in steps, rounded to nearest
 */
export function nearestCodes(values: Float32Array, steps: Float32Array): Int8Array<ArrayBuffer> {
  const length = values.length / steps.length;
  const codes = new Int8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    codes[i] = Math.round((values[i] as number) / (steps[Math.floor(i / length)] as number));
  }
  return codes;
}

/** The two tensors of rounded weights. */
export function toSteps(
  name: string,
  shape: readonly number[],
  codes: Int8Array,
  steps: Float32Array,
): [string, Tensor][] {
  return [
    [name, { dtype: 'I8', shape, bytes: bytesOf(codes) }],
    [`${name}.scale`, f32([steps.length], steps)],
  ];
}
