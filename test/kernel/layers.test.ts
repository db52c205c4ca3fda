/** The WebAssembly against plain loops: all layers of both models, and layers of any shape. */
import { setFlagsFromString } from 'node:v8';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/core/vector/random.ts';
import { planKernel } from '../../src/kernel/plan.ts';
import { type Layer, plainOutput, pooledOutput, randomLayer } from './plain-convolution.ts';
import { runLayer } from './run-layer.ts';

setFlagsFromString('--experimental-wasm-relaxed-simd');

const VGG16 = [
  [64, 64],
  [128, 128],
  [256, 256, 256],
  [512, 512, 512],
  [512, 512, 512],
];
const LITE = [
  [16, 16],
  [32, 32],
  [64, 64, 64],
  [128, 128, 128],
  [256, 256, 256],
];
const layersOf = (name: string, widths: number[][], side: number) =>
  planKernel({
    name,
    widths,
    finalPool: '2x2',
    input: { width: side, height: side } as never,
  }).steps.flatMap(({ algorithm, ...step }) =>
    algorithm === 'winograd4' || algorithm === 'winograd2'
      ? [{ model: name, algorithm, ...step }]
      : [],
  );

/** Largest difference, at places that are told. */
function worst(
  layer: Layer,
  pool: boolean,
  got: Float32Array,
  places: Iterable<readonly [row: number, column: number, output: number]>,
): number {
  const width = pool ? layer.width >> 1 : layer.width;
  let most = 0;
  for (const [row, column, output] of places) {
    const expected = (pool ? pooledOutput : plainOutput)(layer, row, column, output);
    const value = got[(row * width + column) * layer.outputs + output] as number;
    // Written so that NaN is the worst.
    if (!(Math.abs(value - expected) <= most)) most = Math.abs(value - expected);
  }
  return most;
}

function* everywhere({ height, width, outputs }: Layer, pool: boolean) {
  const shift = pool ? 1 : 0;
  for (let row = 0; row < height >> shift; row++) {
    for (let column = 0; column < width >> shift; column++) {
      for (let output = 0; output < outputs; output++) yield [row, column, output] as const;
    }
  }
}

/** The corners, and places drawn at random. */
function* somewhere({ height, width, outputs }: Layer, pool: boolean, seed: number) {
  const random = seededRandom(seed);
  const to = (n: number) => Math.floor(random() * n);
  const rows = pool ? height >> 1 : height;
  const columns = pool ? width >> 1 : width;
  for (const row of [0, rows - 1]) {
    for (const column of [0, columns - 1]) yield [row, column, to(outputs)] as const;
  }
  for (let i = 0; i < 60; i++) yield [to(rows), to(columns), to(outputs)] as const;
}

describe('all layers after the first of VGG16 at 224×224 and vgg16-lite at 128×128', () => {
  const all = [...layersOf('vgg16', VGG16, 224), ...layersOf('vgg16-lite', LITE, 128)];
  const shapes = [
    ...new Map(
      all.map((step) => [
        [step.height, step.inputs, step.outputs, step.pool, step.algorithm].join(),
        step,
      ]),
    ).values(),
  ];

  test.for(shapes)(
    '$model $name: $height×$width, $inputs → $outputs, $algorithm',
    async ({ height, width, inputs, outputs, pool, algorithm, unitsPerCall }, { task }) => {
      const seed = task.name.length + inputs + outputs + height;
      const layer = randomLayer(seed, height, width, inputs, outputs);
      for (const precision of ['deterministic', 'fast'] as const) {
        const got = await runLayer(layer, algorithm, pool, precision, unitsPerCall);
        expect(worst(layer, pool, got, somewhere(layer, pool, seed))).toBeLessThan(3e-5);
      }
    },
  );
});

test('200 layers of random shape, maps from 1×1 on, whole or pooled', async () => {
  const random = seededRandom(5);
  const from = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  const failed: string[] = [];
  for (let i = 0; i < 200; i++) {
    const pool = random() < 0.4;
    const least = pool ? 2 : 1;
    const layer = randomLayer(i, from(least, 19), from(least, 19), from(1, 24), from(1, 24));
    const algorithm = random() < 0.5 ? 'winograd4' : 'winograd2';
    const precision = random() < 0.5 ? 'deterministic' : 'fast';
    const perCall = 4 * from(1, 6);
    const got = await runLayer(layer, algorithm, pool, precision, perCall);
    const difference = worst(layer, pool, got, everywhere(layer, pool));
    if (!(difference < 2e-5)) {
      const { height, width, inputs, outputs } = layer;
      failed.push(`${algorithm} ${height}×${width} ${inputs}→${outputs} ${pool}: ${difference}`);
    }
  }
  expect(failed).toEqual([]);
});
