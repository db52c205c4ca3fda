/** The oracle of the kernel: a 3×3 convolution as loops over doubles, one output at a time. */
import { seededRandom } from '../../src/core/vector/random.ts';

export interface Layer {
  readonly height: number;
  readonly width: number;
  readonly inputs: number;
  readonly outputs: number;
  /** [height][width][inputs] */
  readonly x: Float32Array;
  /** [outputs][inputs][3][3] */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

export function randomLayer(
  seed: number,
  height: number,
  width: number,
  inputs: number,
  outputs: number,
): Layer {
  const random = seededRandom(seed);
  const spread = Math.sqrt(2 / (9 * inputs));
  const numbers = (length: number, scale: number) =>
    Float32Array.from({ length }, () => (random() * 2 - 1) * scale);
  return {
    ...{ height, width, inputs, outputs },
    x: numbers(height * width * inputs, 1),
    weights: numbers(outputs * inputs * 9, spread * Math.sqrt(3)),
    bias: numbers(outputs, 0.1),
  };
}

/** Padding 1, bias and ReLU. */
export function plainOutput(layer: Layer, row: number, column: number, output: number): number {
  const { height, width, inputs, x, weights, bias } = layer;
  let sum = bias[output] as number;
  for (let ky = 0; ky < 3; ky++) {
    for (let kx = 0; kx < 3; kx++) {
      const y = row + ky - 1;
      const at = column + kx - 1;
      if (y < 0 || at < 0 || y >= height || at >= width) continue;
      for (let c = 0; c < inputs; c++) {
        const weight = weights[(output * inputs + c) * 9 + ky * 3 + kx] as number;
        sum += weight * (x[(y * width + at) * inputs + c] as number);
      }
    }
  }
  return Math.max(0, sum);
}

/** The same after a 2×2 max-pool. */
export function pooledOutput(layer: Layer, row: number, column: number, output: number): number {
  return Math.max(
    ...[0, 1, 2, 3].map((i) =>
      plainOutput(layer, 2 * row + (i >> 1), 2 * column + (i & 1), output),
    ),
  );
}
