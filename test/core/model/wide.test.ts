import { expect, test } from 'vitest';
import type { ModelSpec } from '../../../src/core/model/spec.ts';
import { isWide } from '../../../src/core/model/wide.ts';
import { tinyModel } from '../../support/tiny-model.ts';

const VGG16 = [
  [64, 64],
  [128, 128],
  [256, 256, 256],
  [512, 512, 512],
  [512, 512, 512],
];

test('counts weights as engines compute with them: VGG16 is wide however it is packed, a fourth of it is not', () => {
  const { spec } = tinyModel({ widths: [[4]] });
  expect(isWide({ ...spec, widths: VGG16, weights: { ...spec.weights, dtype: 'packed' } })).toBe(
    true,
  );
  expect(isWide({ ...spec, widths: VGG16.map((block) => block.map((n) => n / 4)) })).toBe(false);
});

test('the limit is 10 MB, projection and biases included', () => {
  // 4 × 27 + 4 numbers before the projection of 4 × n + n.
  const { spec } = tinyModel({ widths: [[4]] });
  const projected = (out: number) =>
    isWide({ ...spec, projection: { in: 4, out, bias: true }, dimension: out });
  const most = (10_000_000 / 4 - 4 * 27 - 4) / 5;
  expect([projected(Math.floor(most)), projected(Math.floor(most) + 1)]).toEqual([false, true]);
});

test('of an ONNX file its bytes count', () => {
  const onnx = (bytes: number) =>
    isWide({
      family: 'onnx',
      weights: { dtype: 'onnx', files: [{ bytes: 6_000_000 }, { bytes }] },
    } as unknown as ModelSpec);
  expect([onnx(4_000_000), onnx(4_000_001)]).toEqual([false, true]);
});
