/** One layer through the WebAssembly alone, in a memory of its own. */
import { readFile } from 'node:fs/promises';
import { BINARIES, type Precision } from '../../src/kernel/binary.ts';
import { compute, type KernelExports } from '../../src/kernel/calls.ts';
import { PANEL_SCRATCH_BYTES, type Step } from '../../src/kernel/plan.ts';
import { transform } from '../../src/kernel/transform.ts';
import { StepWeights } from '../../src/kernel/weights.ts';
import type { Layer } from './plain-convolution.ts';

type Winograd = 'winograd4' | 'winograd2';

export async function runLayer(
  layer: Layer,
  algorithm: Winograd,
  pool: boolean,
  precision: Precision = 'deterministic',
  tilesPerCall = 8,
): Promise<Float32Array> {
  const { height, width } = layer;
  const octets = (n: number) => Math.ceil(n / 8) * 8;
  const inputs = octets(layer.inputs);
  const outputs = octets(layer.outputs);
  let end = 64;
  const take = (numbers: number) => {
    const at = end;
    end += Math.ceil(numbers / 16) * 64;
    return at;
  };
  const tile = algorithm === 'winograd4' ? 4 : 2;
  const frequencies = (tile + 2) ** 2;
  const raw = take(8 + inputs * 72);
  const staged = take(inputs * 72);
  const panel = take(PANEL_SCRATCH_BYTES / 4);
  const step: Step = {
    ...{ algorithm, name: 'layer', height, width, inputs, outputs, pool },
    bias: take(outputs),
    weights: take(frequencies * inputs * outputs),
    x: take(height * width * inputs),
    y: take(height * width * outputs),
    units: Math.ceil(height / tile) * Math.ceil(width / tile),
    unitsPerCall: tilesPerCall,
  };
  const scratch = take(288 + frequencies * tilesPerCall * (inputs + outputs));
  const memory = new WebAssembly.Memory({ initial: Math.ceil(end / 65536), maximum: 32768 });
  const { exports } = await instantiate(precision, memory);
  const shape = [layer.outputs, layer.inputs, 3, 3];
  const bytes = (numbers: Float32Array) => new Uint8Array(numbers.buffer);
  const source = new Map([
    ['layer.weight', { dtype: 'F32' as const, shape, bytes: bytes(layer.weights) }],
    ['layer.bias', { dtype: 'F32' as const, shape: [layer.outputs], bytes: bytes(layer.bias) }],
  ]);
  const weights = new StepWeights(source, { ...layer, name: 'layer' }, 'test');
  transform(exports, memory, { raw, staged, panel }, step, weights);
  const x = new Float32Array(memory.buffer, step.x, height * width * inputs);
  for (let i = 0; i < height * width; i++) {
    x.set(layer.x.subarray(i * layer.inputs, (i + 1) * layer.inputs), i * inputs);
  }
  // What is not written must not look as if it were.
  const y = new Float32Array(memory.buffer, step.y, height * width * outputs).fill(Number.NaN);
  for (let first = 0; first < step.units; first += tilesPerCall) {
    compute(exports, step, first, scratch);
  }
  const pixels = pool ? (height >> 1) * (width >> 1) : height * width;
  const out = new Float32Array(pixels * layer.outputs);
  for (let i = 0; i < pixels; i++) {
    out.set(y.subarray(i * outputs, i * outputs + layer.outputs), i * layer.outputs);
  }
  return out;
}

async function instantiate(precision: Precision, memory: WebAssembly.Memory) {
  const bytes = await readFile(`src/kernel/${BINARIES[precision]}`);
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
  return { exports: instance.exports as unknown as KernelExports };
}
