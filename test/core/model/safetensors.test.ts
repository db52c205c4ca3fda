import { describe, expect, test } from 'vitest';
import { halfToFloat } from '../../../src/core/model/half.ts';
import {
  floatsOf,
  readSafetensors,
  type Tensor,
  writeSafetensors,
} from '../../../src/core/model/safetensors.ts';

const f32 = (values: number[], shape: number[]): Tensor => ({
  dtype: 'F32',
  shape,
  bytes: new Uint8Array(Float32Array.from(values).buffer),
});

const file = writeSafetensors(
  new Map<string, Tensor>([
    ['a.weight', { dtype: 'I8', shape: [2, 2], bytes: Uint8Array.from([1, 255, 2, 127]) }],
    ['a.weight.scale', f32([0.5, 2], [2])],
    ['b', f32([1.5], [1])],
    [
      'c',
      { dtype: 'F16', shape: [2], bytes: new Uint8Array(Uint16Array.of(0x3c00, 0xc100).buffer) },
    ],
  ]),
);

describe('safetensors', () => {
  test('int8 comes back times the scale of its channel, f16 and f32 as they are', () => {
    const tensors = readSafetensors(file, 'w');
    expect([...floatsOf(tensors, 'a.weight', [2, 2], 'w')]).toEqual([0.5, -0.5, 4, 254]);
    expect([...floatsOf(tensors, 'b', [1], 'w')]).toEqual([1.5]);
    expect([...floatsOf(tensors, 'c', [2], 'w')]).toEqual([1, -2.5]);
  });

  test('reads a view into a larger buffer, as Node gives it', () => {
    const pooled = Buffer.concat([Buffer.alloc(3), file]).subarray(3);
    expect([...floatsOf(readSafetensors(pooled, 'w'), 'b', [1], 'w')]).toEqual([1.5]);
  });

  test.each([
    ['nothing', new Uint8Array(3), 'w: not a safetensors file: 3 bytes, expected at least 8.'],
    ['a web page', new TextEncoder().encode('<!doctype html><p>404'), 'it claims a header of'],
    ['cut in the header', file.subarray(0, 40), 'cut short: the header needs'],
    ['cut in a tensor', file.subarray(0, file.length - 1), 'cut short: "c" ends at byte'],
  ])('refuses %s', (_, bytes, words) => {
    expect(() => readSafetensors(bytes, 'w')).toThrow(words);
    expect(() => readSafetensors(bytes, 'w')).toThrow('Fetch or convert the weights again.');
  });

  test.each([5, {}, 'none', null])('refuses data offsets that are %j', (offsets) => {
    const header = { a: { dtype: 'F32', shape: [1], data_offsets: offsets } };
    const json = new TextEncoder().encode(JSON.stringify(header));
    const bytes = new Uint8Array(8 + json.length + 4);
    bytes[0] = json.length;
    bytes.set(json, 8);
    expect(() => readSafetensors(bytes, 'w')).toThrow(
      'w: tensor "a" [1] needs 4 bytes, its offsets hold 0. Fetch or convert the weights again.',
    );
  });

  test('refuses missing, misshapen and non-finite tensors by name', () => {
    const tensors = readSafetensors(
      writeSafetensors(new Map([['x', f32([Number.NaN], [1])]])),
      'w',
    );
    expect(() => floatsOf(tensors, 'y', [1], 'w')).toThrow('w: tensor "y" is missing.');
    expect(() => floatsOf(tensors, 'x', [2], 'w')).toThrow('has shape [1], expected [2]');
    expect(() => floatsOf(tensors, 'x', [1], 'w')).toThrow('"x" holds NaN or infinity');
  });
});

test('f16: normal, subnormal, zero, infinity and NaN', () => {
  expect(halfToFloat(0x3555)).toBeCloseTo(0.33325195, 8);
  expect(halfToFloat(0x0001)).toBe(2 ** -24);
  expect(halfToFloat(0x8000)).toBe(-0);
  expect(halfToFloat(0xfc00)).toBe(Number.NEGATIVE_INFINITY);
  expect(halfToFloat(0x7e00)).toBeNaN();
});
