import { describe, expect, test } from 'vitest';
import { halfToFloat } from '../../../src/core/half.ts';
import { readSafetensors, writeSafetensors } from '../../../src/core/model/safetensors.ts';
import { floatsOf, type Tensor } from '../../../src/core/model/tensor.ts';

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

  /** A file with this header and so many bytes of tensors. */
  const withHeader = (header: unknown, bytes = 8) => {
    const json = new TextEncoder().encode(JSON.stringify(header));
    const whole = new Uint8Array(8 + json.length + bytes);
    new DataView(whole.buffer).setUint32(0, json.length, true);
    whole.set(json, 8);
    return whole;
  };
  const tensor = { dtype: 'F32', shape: [1], data_offsets: [0, 4] };

  test.each<[string, unknown, string]>([
    ['a list', [1], 'not a safetensors file: its header is [1], expected an object.'],
    ['null', null, 'not a safetensors file: its header is null, expected an object.'],
    ['a tensor that is null', { a: null }, 'tensor "a" has no shape.'],
    [
      'a negative shape',
      { a: { ...tensor, shape: [-1, -1] } },
      'tensor "a" has the shape [-1,-1], expected whole numbers.',
    ],
    [
      'a fraction of a shape',
      { a: { ...tensor, shape: [0.5, 2] } },
      'tensor "a" has the shape [0.5,2], expected whole numbers.',
    ],
    [
      'a dtype that objects inherit',
      { a: { ...tensor, dtype: 'constructor' } },
      'tensor "a" has dtype "constructor", expected F32, F16 or I8.',
    ],
    [
      'offsets of another size',
      { a: { ...tensor, data_offsets: [0, 3] } },
      'tensor "a" [1] needs 4 bytes, its offsets hold 3.',
    ],
    [
      'bytes that two tensors share',
      { a: tensor, b: { ...tensor, shape: [2], data_offsets: [0, 8] }, c: tensor },
      'tensor "c" begins inside "a".',
    ],
    ...[5, {}, 'none', null, [0.5, 4.5], [-4, 0], ['0', '4']].map(
      (offsets): [string, unknown, string] => [
        `the offsets ${JSON.stringify(offsets)}`,
        { a: { ...tensor, data_offsets: offsets } },
        `tensor "a" has the offsets ${JSON.stringify(offsets)}, expected [begin, end].`,
      ],
    ),
  ])('refuses %s', (_, header, words) => {
    expect(() => readSafetensors(withHeader(header), 'w')).toThrow(
      expect.objectContaining({
        name: 'ModelError',
        message: `w: ${words} Fetch or convert the weights again.`,
      }),
    );
  });

  test('refuses scales that are int8 themselves', () => {
    const int8: Tensor = { dtype: 'I8', shape: [1], bytes: new Uint8Array(1) };
    const tensors = new Map([
      ['x', int8],
      ['x.scale', int8],
    ]);
    expect(() => floatsOf(tensors, 'x', [1], 'w')).toThrow('w: "x.scale" is I8, expected F32.');
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
