import { tensorsOf } from './layers.ts';
import type { ModelSpec } from './spec.ts';

/** Smaller models are done on the kernel before a GPU has even received the picture. */
const WIDE_BYTES = 10_000_000;

/** Whether a GPU may be faster: more than 10 MB of weights as f32, however small the packed files are. */
export function isWide(spec: ModelSpec): boolean {
  return f32Bytes(spec) > WIDE_BYTES;
}

function f32Bytes(spec: ModelSpec): number {
  if (spec.family !== 'vgg-stack')
    return spec.weights.files.reduce((sum, { bytes }) => sum + bytes, 0);
  const sizes = tensorsOf(spec).map(({ shape }) => shape.reduce((product, n) => product * n, 1));
  return 4 * sizes.reduce((sum, size) => sum + size, 0);
}
