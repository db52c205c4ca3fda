import { expect, test } from 'vitest';
import { preprocess } from '../../../src/core/image/preprocess.ts';
import type { InputSpec } from '../../../src/core/model/input-spec.ts';

const input: InputSpec = {
  width: 2,
  height: 1,
  resize: 'stretch',
  filter: 'bilinear-antialias',
  channels: 'RGB',
  mean: [10, 20, 30],
  scale: [1, 0.5, 2],
};
const photo = { width: 2, height: 1, data: Uint8Array.from([1, 2, 3, 255, 4, 5, 6, 255]) };

test('gives planes in the order of the channels, mean subtracted, then scaled', () => {
  expect([...preprocess(photo, input)]).toEqual([-9, -6, -9, -7.5, -54, -48]);
});

test('mean and scale follow the order of the channels: BGR', () => {
  const bgr = preprocess(photo, { ...input, channels: 'BGR' });
  expect([...bgr]).toEqual([
    3 - 10,
    6 - 10,
    (2 - 20) / 2,
    (5 - 20) / 2,
    (1 - 30) * 2,
    (4 - 30) * 2,
  ]);
});

test('refuses pixels that do not fill the size', () => {
  expect(() => preprocess({ ...photo, width: 3 }, input)).toThrow(
    'A photo of 3×1 needs 12 bytes of RGBA pixels, got 8.',
  );
});
