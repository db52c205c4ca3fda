import { describe, expect, test } from 'vitest';
import { cosine, normalised } from '../../../src/core/vector/arithmetic.ts';
import { centred, centreOf } from '../../../src/core/vector/centre.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';

test('the generator is mulberry32', () => {
  // First numbers of the reference implementation for seed 1.
  const random = seededRandom(1);
  expect([random(), random(), random()].map((x) => Math.round(x * 2 ** 32))).toEqual([
    2693262067, 11749833, 2265367787,
  ]);
});

describe('centre', () => {
  test('is n / (n + 50) of the mean', () => {
    const vectors = Float32Array.from([1, 0, 0, 1]);
    const centre = centreOf(vectors, 2);
    expect(centre[0]).toBeCloseTo((2 / 52) * 0.5, 6);
  });

  test('is subtracted, and the length is 1 again', () => {
    const vector = centred(Float32Array.from([0.6, 0.8]), Float32Array.from([0.1, 0.1]));
    expect(cosine(vector, Float32Array.from([0.5, 0.7]))).toBeCloseTo(1, 6);
    expect(Math.hypot(...vector)).toBeCloseTo(1, 6);
  });

  test('without one the plain vector is normalised', () => {
    expect([...centred(Float32Array.from([3, 4]), null)].map((x) => x.toFixed(4))).toEqual([
      '0.6000',
      '0.8000',
    ]);
  });

  test('a zero vector stays zero', () => {
    expect([...normalised(new Float32Array(2))]).toEqual([0, 0]);
  });
});
