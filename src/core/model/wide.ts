import { tensorsOf } from './layers.ts';
import type { ModelSpec } from './spec.ts';

/** Below this the kernel answers before a GPU has taken the picture. */
const WIDE_BYTES = 10_000_000;

/**
 * Whether a GPU may be worth its while: more than 10 MB of weights, as engines compute with them (f32); packed
 * for the way, VGG16 has less.
 */
export function isWide(spec: ModelSpec): boolean {
  return f32Bytes(spec) > WIDE_BYTES;
}

function f32Bytes(spec: ModelSpec): number {
  if (spec.family === 'onnx') return spec.weights.files.reduce((sum, { bytes }) => sum + bytes, 0);
  const sizes = tensorsOf(spec).map(({ shape }) => shape.reduce((product, n) => product * n, 1));
  return 4 * sizes.reduce((sum, size) => sum + size, 0);
}
