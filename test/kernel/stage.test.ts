/** The weights' way into the kernel, against the conversions in TypeScript. */
import { readFile } from 'node:fs/promises';
import { beforeAll, expect, test } from 'vitest';
import { halfToFloat } from '../../src/core/half.ts';
import type { KernelExports } from '../../src/kernel/calls.ts';

const RAW = 64;
const NUMBERS = RAW + 32;
const STAGED = 1 << 20;
let memory: WebAssembly.Memory;
let exports: KernelExports;

beforeAll(async () => {
  memory = new WebAssembly.Memory({ initial: 64, maximum: 32768 });
  const bytes = await readFile('src/kernel/kernel.wasm');
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
  exports = instance.exports as unknown as KernelExports;
});

const scalesAre = (...scales: number[]) => new Float32Array(memory.buffer, RAW, 8).set(scales);
const staged = (perOutput: number) => new Float32Array(memory.buffer, STAGED, perOutput * 8);

test('all 63,488 finite numbers of 16 bits become the same numbers of 32, subnormal ones and -0, too', () => {
  scalesAre(1, 1, 1, 1, 1, 1, 1, 1);
  const finite = Array.from({ length: 65536 }, (_, bits) => bits).filter(
    (bits) => (bits & 0x7c00) !== 0x7c00,
  );
  expect(finite).toHaveLength(63488);
  new Uint16Array(memory.buffer, NUMBERS, finite.length).set(finite);
  const perOutput = finite.length / 8;
  expect(exports.stageF16(RAW, perOutput, STAGED)).toBe(1);
  const got = staged(perOutput);
  const wrong = finite.filter((bits, i) => {
    const at = (i % perOutput) * 8 + Math.floor(i / perOutput);
    return !Object.is(got[at], halfToFloat(bits));
  });
  expect(wrong).toEqual([]);
});

test('int8 is multiplied with the scale of its channel, at lengths that are no multiple of 4', () => {
  const scales = [1, 0.5, 0.25, 3, 1e-3, 7, 0.1, 2].map(Math.fround);
  scalesAre(...scales);
  const perOutput = 27;
  const values = Int8Array.from({ length: perOutput * 8 }, (_, i) => (i * 37) % 256);
  new Int8Array(memory.buffer, NUMBERS, values.length).set(values);
  expect(exports.stageI8(RAW, perOutput, STAGED)).toBe(1);
  const expected = Float32Array.from({ length: perOutput * 8 }, (_, at) => {
    const output = at % 8;
    const value = values[output * perOutput + Math.floor(at / 8)] as number;
    return value * (scales[output] as number);
  });
  expect(staged(perOutput)).toEqual(expected);
});

test.for([
  ['F32', 0x7f800000],
  ['F32', 0xffc00000],
  ['F16', 0x7c00],
  ['F16', 0xfe00],
] as const)('%s: bits %d are refused wherever they stand', ([dtype, bits]) => {
  scalesAre(1, 1, 1, 1, 1, 1, 1, 1);
  const numbers =
    dtype === 'F32'
      ? new Uint32Array(memory.buffer, NUMBERS, 72)
      : new Uint16Array(memory.buffer, NUMBERS, 72);
  for (const at of [0, 8, 35, 71]) {
    numbers.fill(0);
    expect(exports[`stage${dtype}`](RAW, 9, STAGED)).toBe(1);
    numbers[at] = bits;
    expect(exports[`stage${dtype}`](RAW, 9, STAGED)).toBe(0);
  }
});

test('a product that leaves the range of f32 is refused, too', () => {
  scalesAre(1, 1, 1, 1, 1, 3e38, 1, 1);
  new Int8Array(memory.buffer, NUMBERS, 72).fill(2);
  expect(exports.stageI8(RAW, 9, STAGED)).toBe(0);
});
