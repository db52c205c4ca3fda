import { describe, expect, test } from 'vitest';
import { cosine, normalised } from '../../../src/core/vector/arithmetic.ts';
import { calibrate } from '../../../src/core/vector/calibrate.ts';
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

describe('calibration', () => {
  const dimension = 8;
  const random = seededRandom(3);
  const rows = Array.from({ length: 60 }, () =>
    normalised(Float32Array.from({ length: dimension }, () => random() - 0.5)),
  );
  const vectors = Float32Array.from(rows.flatMap((row) => [...row]));

  test('lies at the 99.5th percentile of pairs of different groups', () => {
    const groups = rows.map((_, i) => `g${i % 20}`);
    const { match, pairs, sameGroupPairs, sameGroupAbove } = calibrate(vectors, dimension, groups);
    // The oracle: every pair instead of a sample.
    const scores: number[] = [];
    let same = 0;
    let above = 0;
    rows.forEach((a, i) => {
      rows.slice(i + 1).forEach((b, j) => {
        const isSame = groups[i] === groups[i + 1 + j];
        if (!isSame) scores.push(cosine(a, b));
        else same++;
        if (isSame && cosine(a, b) >= match) above++;
      });
    });
    const share = scores.filter((score) => score > match).length / scores.length;
    expect(pairs).toBe(20_000);
    expect(share).toBeGreaterThan(0.003);
    expect(share).toBeLessThan(0.007);
    expect([sameGroupPairs, sameGroupAbove]).toEqual([same, above]);
  });

  test("takes the owner's cut-off, and says at which percentile it lies", () => {
    const groups = rows.map((_, i) => `g${i % 20}`);
    const calibrated = calibrate(vectors, dimension, groups);
    const again = calibrate(vectors, dimension, groups, 1, { match: calibrated.match });
    expect(again.sameGroupAbove).toBe(calibrated.sameGroupAbove);
    expect(Math.abs(again.percentile - calibrated.percentile)).toBeLessThan(1e-3);
    const lowest = calibrate(vectors, dimension, groups, 1, { match: -1 });
    expect(lowest).toMatchObject({ match: -1, related: -1, percentile: 0 });
    expect(lowest.sameGroupAbove).toBe(lowest.sameGroupPairs);
  });

  test('is the same at every build', () => {
    const groups = rows.map((_, i) => `g${i}`);
    expect(calibrate(vectors, dimension, groups)).toEqual(calibrate(vectors, dimension, groups));
  });

  test('with a single group nothing is known to be unlike', () => {
    const { match, pairs } = calibrate(
      vectors,
      dimension,
      rows.map(() => 'all'),
    );
    expect([match, pairs]).toEqual([0, 0]);
  });

  test('a placeholder of many items counts once', () => {
    const count = 100;
    const plain = Array.from({ length: count }, () =>
      normalised(Float32Array.from({ length: dimension }, () => random() - 0.5)),
    );
    const groups = plain.map((_, i) => `g${i}`);
    const table = (photos: readonly Float32Array[]) =>
      Float32Array.from(photos.flatMap((photo) => [...photo]));
    const without = calibrate(table(plain.slice(7)), dimension, groups.slice(7));
    const placeholders = plain.map((photo, i) => (i < 8 ? (plain[7] as Float32Array) : photo));
    const { match, pairs } = calibrate(table(placeholders), dimension, groups);
    expect(pairs).toBe(20_000);
    expect(match).toBeCloseTo(without.match, 12);
    expect(match).toBeLessThan(0.95);
  });

  test('a photo of two groups is no unlike pair with photos of either', () => {
    const photo = (x: number) => [x, Math.sqrt(1 - x * x)];
    // The first photo is listed twice: as red and as blue. It is like the red one, and like the blue one.
    const vectors = Float32Array.from([photo(1), photo(1), photo(0.9), photo(0.8)].flat());
    const { pairs, match } = calibrate(vectors, 2, ['red', 'blue', 'red', 'blue']);
    expect(pairs).toBe(20_000);
    expect(match).toBeCloseTo(0.9 * 0.8 + Math.sqrt(1 - 0.81) * 0.6, 6);
  });
});
