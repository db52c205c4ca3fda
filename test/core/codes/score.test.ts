/** Scores by codes against the arithmetic they stand for, in doubles. */
import { expect, test } from 'vitest';
import { PlainCodeRows } from '../../../src/core/codes/code-rows.ts';
import { readCodes, writeCodes } from '../../../src/core/codes/row-codes.ts';
import { QueryCoder, scoreOf } from '../../../src/core/codes/score.ts';
import type { CodeSpace } from '../../../src/core/codes/space.ts';
import { vectorOf } from '../../../src/core/codes/vector-of.ts';
import { normalised } from '../../../src/core/vector/arithmetic.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';
import { type RandomCodes, randomCodes, randomSpace } from '../../support/codes/random-codes.ts';

const DIMENSION = 37;

function filled(codes: RandomCodes): PlainCodeRows {
  const rows = new PlainCodeRows(codes.tables, codes.rows);
  const file = writeCodes(codes.codes, codes.rows, codes.tables, 5);
  rows.fill(readCodes(file, codes.rows, codes.columns, 5, 'f'), 0, codes.rows, 'f');
  return rows;
}

/** mean + Σ basis / 96 × step × k, by the definition. */
function standsFor(
  { mean, basis, steps, dimension, columns }: CodeSpace,
  codes: ArrayLike<number>,
) {
  return Array.from({ length: dimension }, (_, i) => {
    let sum = mean[i] as number;
    for (let c = 0; c < columns; c++) {
      sum +=
        ((basis[c * dimension + i] as number) / 96) * (steps[c] as number) * (codes[c] as number);
    }
    return sum;
  });
}

test.each([
  ['one byte', 120],
  ['two bytes', 700],
])('codes of %s: scores are query · vector to 0.00002', (_, reach) => {
  const codes = randomCodes(40, [
    [3, reach],
    [20, 6],
  ]);
  const space = randomSpace(codes, DIMENSION);
  const rows = filled(codes);
  const random = seededRandom(2);
  const coder = new QueryCoder(space);
  for (let q = 0; q < 10; q++) {
    const query = normalised(Float32Array.from({ length: DIMENSION }, () => random() - 0.5));
    const coded = coder.code(query);
    const sums = rows.sums(coded.weights);
    for (let row = 0; row < codes.rows; row++) {
      const vector = standsFor(space, rows.codesOf(row));
      const exact = vector.reduce((sum, x, i) => sum + x * (query[i] as number), 0);
      const length = Math.hypot(...vector);
      expect(Math.abs(scoreOf(sums[row] as number, coded) - exact)).toBeLessThan(2e-5 * length);
    }
  }
});

test('the largest sums fit into 32 bits', () => {
  const codes = randomCodes(4, [[300, 2047]]);
  codes.codes.fill(2047);
  const space = { ...randomSpace(codes, 300), basis: new Int8Array(300 * 300).fill(96) };
  const rows = filled(codes);
  const coded = new QueryCoder(space).code(new Float32Array(300).fill(1));
  const exact = coded.weights.reduce((sum, weight) => sum + weight * 2047, 0);
  expect(exact).toBeGreaterThan(2 ** 30);
  expect([...rows.sums(coded.weights)]).toEqual([exact, exact, exact, exact]);
});

test('a query of zeros has the score 0', () => {
  const codes = randomCodes(3, [[4, 9]]);
  const coded = new QueryCoder(randomSpace(codes, 5)).code(new Float32Array(5));
  expect([coded.offset, coded.unit, ...coded.weights]).toEqual([0, 0, 0, 0, 0, 0]);
});

test('the vector of codes is what they stand for', () => {
  const codes = randomCodes(6, [[9, 30]]);
  const space = randomSpace(codes, DIMENSION);
  const rows = filled(codes);
  for (let row = 0; row < codes.rows; row++) {
    const own = rows.codesOf(row);
    const expected = standsFor(space, own);
    vectorOf(own, space).forEach((x, i) => {
      expect(x).toBeCloseTo(expected[i] as number, 6);
    });
  }
});
