import { describe, expect, test } from 'vitest';
import { AveragedVectors } from '../../../src/core/vector/averaged.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';

const DIMENSION = 6;

/** The oracle, with plain arrays and a full sort. */
function averagedBy(vectors: readonly (readonly number[])[], own: number, k: number): number[] {
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
  const vector = vectors[own] as readonly number[];
  const distinct = vectors.filter(
    (other, row) =>
      String(other) !== String(vector) &&
      vectors.findIndex((one) => String(one) === String(other)) === row,
  );
  const nearest = distinct.sort((a, b) => dot(b, vector) - dot(a, vector)).slice(0, k);
  const sum = vector.map(
    (x, i) =>
      x + nearest.reduce((all, one) => all + Math.max(0, dot(one, vector)) ** 3 * (one[i] ?? 0), 0),
  );
  const length = Math.sqrt(dot(sum, sum));
  return sum.map((x) => x / length);
}

const random = seededRandom(4);
const rows = Array.from({ length: 30 }, () => {
  const vector = Array.from({ length: DIMENSION }, () => random() * 2 - 1);
  const length = Math.hypot(...vector);
  return vector.map((x) => Math.fround(x / length));
});
// Listed twice.
rows[7] = [...(rows[3] as number[])];
const plain = Float32Array.from(rows.flat());
const rowOf = (vectors: Float32Array, row: number) => [
  ...vectors.subarray(row * DIMENSION, (row + 1) * DIMENSION),
];
const near = (got: readonly number[], expected: readonly number[]) =>
  got.forEach((x, i) => {
    expect(Math.abs(x - (expected[i] ?? 0))).toBeLessThan(1e-6);
  });

describe.each([1, 2, 3, 5])('vectors moved towards %d neighbours', (k) => {
  const averaged = new AveragedVectors(plain, DIMENSION, k);
  const before = averaged.vectors.slice();

  test('are those of the formula; equal vectors stay equal', () => {
    rows.forEach((_, row) => {
      near(rowOf(averaged.vectors, row), averagedBy(rows, row, k));
    });
    expect(rowOf(averaged.vectors, 7)).toEqual(rowOf(averaged.vectors, 3));
  });

  test('a photo left out is in no vector but its own', () => {
    for (const left of [0, 7, 12, 29]) {
      averaged.leaveOut(left);
      const same = (row: number) => String(rows[row]) === String(rows[left]);
      const others = rows.filter((_, row) => !same(row));
      rows.forEach((vector, row) => {
        if (!same(row))
          near(rowOf(averaged.vectors, row), averagedBy(others, others.indexOf(vector), k));
      });
    }
    averaged.restore();
    expect(averaged.vectors).toEqual(before);
  });
});

test('a single vector stays as it is', () => {
  const one = Float32Array.of(1, 0, 0, 0, 0, 0);
  expect(new AveragedVectors(one, DIMENSION, 3).vectors).toEqual(one);
});
