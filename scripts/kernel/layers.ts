/**
 * Times F(4×4, 3×3) against F(2×2, 3×3) on every layer shape of both models: `tsx scripts/kernel/layers.ts`.
 * The table in src/kernel/README.md, by which plan.ts chooses, comes from it.
 */

import { median } from '../../src/core/median.ts';
import { seededRandom } from '../../src/core/vector/random.ts';
import { compileKernel, type Precision } from '../../src/kernel/binary.ts';
import { compute, type KernelExports } from '../../src/kernel/calls.ts';
import { type Algorithm, planKernel, type Step } from '../../src/kernel/plan.ts';
import { wasm } from '../../src/kernel/wasm.ts';
import { nodeKernelOptions } from '../../src/node/model/embedder/kernel-node.ts';

const ROUNDS = 9;
const MODELS = [
  { name: 'vgg16', side: 224, first: 64 },
  { name: 'vgg16-lite', side: 128, first: 16 },
] as const;

for (const { name, side, first } of MODELS) {
  const widths = [2, 2, 3, 3, 3].map((layers, block) =>
    Array.from({ length: layers }, () => first * Math.min(2 ** block, name === 'vgg16' ? 8 : 16)),
  );
  const input = { width: side, height: side } as never;
  const done = new Set<string>();
  for (const step of planKernel({ name, widths, finalPool: '2x2', input }).steps) {
    const shape = `${step.height}², ${step.inputs} → ${step.outputs}`;
    if (step.algorithm === 'direct3' || step.pool || done.has(shape)) continue;
    done.add(shape);
    const cells = [];
    for (const precision of ['deterministic', 'fast'] as const) {
      const [four, two] = await alternate(step, precision);
      cells.push(four.toFixed(2), two.toFixed(2), (two / four).toFixed(2));
    }
    console.log(`| ${[name, shape, ...cells].join(' | ')} |`);
  }
}

/** @returns milliseconds of one layer, medians: F(4×4), F(2×2) */
async function alternate(step: Step, precision: Precision): Promise<[number, number]> {
  const runs = [
    await layer(step, 'winograd4', precision),
    await layer(step, 'winograd2', precision),
  ];
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS + 2; round++) {
    runs.forEach((run, i) => {
      const start = performance.now();
      run();
      // The first two rounds are warm-up: the engine is still compiling.
      if (round >= 2) times[i]?.push(performance.now() - start);
    });
  }
  return [median(times[0]), median(times[1])];
}

/** Sets up one layer alone in its own memory, divided into blocks as in plan.ts. */
async function layer(like: Step, algorithm: Algorithm, precision: Precision): Promise<() => void> {
  const { height, width, inputs, outputs } = like;
  const tile = algorithm === 'winograd4' ? 4 : 2;
  const frequencies = (tile + 2) ** 2;
  const units = Math.ceil(height / tile) * Math.ceil(width / tile);
  const unitsPerCall = Math.ceil(units / Math.ceil(units / 52) / 4) * 4;
  let end = 64;
  const take = (numbers: number) => {
    const at = end;
    end += Math.ceil(numbers / 16) * 64;
    return at;
  };
  const step: Step = {
    ...{ algorithm, name: 'layer', height, width, inputs, outputs, pool: false },
    ...{ units, unitsPerCall, bias: take(outputs) },
    weights: take(frequencies * inputs * outputs),
    x: take(height * width * inputs),
    y: take(height * width * outputs),
  };
  const scratch = take(288 + frequencies * unitsPerCall * (inputs + outputs));
  const { module } = await compileKernel(nodeKernelOptions(precision).read, precision);
  if (!wasm) throw new Error('Node without WebAssembly');
  const memory = new wasm.Memory({ initial: Math.ceil(end / 65536), maximum: 32768 });
  const random = seededRandom(1);
  new Float32Array(memory.buffer).forEach((_, i, all) => {
    all[i] = random() - 0.5;
  });
  const instance = await wasm.instantiate(module, { env: { memory } });
  const exports = instance.exports as KernelExports;
  return () => {
    for (let first = 0; first < units; first += unitsPerCall)
      compute(exports, step, first, scratch);
  };
}
