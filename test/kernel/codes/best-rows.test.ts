/** The kernel's list of the best rows and its rotation of queries, against plain loops. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCodes, writeCodes } from '../../../src/core/codes/row-codes.ts';
import { QueryCoder, scoreOf } from '../../../src/core/codes/score.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';
import {
  areScoresDistinct,
  createCodeRanking,
  leastSum,
  MOST_BEST,
} from '../../../src/kernel/codes/code-ranking.ts';
import { createWasmCodeRows } from '../../../src/kernel/codes/wasm-code-rows.ts';
import { type RandomCodes, randomCodes, randomSpace } from '../../support/codes/random-codes.ts';

async function ranked(made: RandomCodes, dimension: number) {
  const space = randomSpace(made, dimension);
  const codes = await createWasmCodeRows(made.tables, made.rows);
  if (!codes) throw new Error('WebAssembly with SIMD is missing here.');
  const { rows, columns, tables } = made;
  codes.fill(
    readCodes(writeCodes(made.codes, rows, tables, 1), rows, columns, 1, 'f'),
    0,
    rows,
    'f',
  );
  await codes.trim();
  const ranking = await createCodeRanking(codes, space);
  if (!ranking) throw new Error('WebAssembly with SIMD is missing here.');
  return { codes, space, ranking };
}

test('the rows with the largest sums, of equal ones the first, with and without a filter', async () => {
  const shapes = fc.record({
    rows: fc.integer({ min: 1, max: 400 }),
    // Few different sums, so that many are equal; or codes of two bytes.
    reach: fc.constantFrom(1, 2, 30, 900),
    most: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constant(MOST_BEST)),
    accepted: fc.constantFrom(null, 0, 0.02, 0.5, 1),
    leastRank: fc.constantFrom(null, 0, 0.3, 1),
    seed: fc.integer(),
  });
  await fc.assert(
    fc.asyncProperty(shapes, async ({ rows, reach, most, accepted, leastRank, seed }) => {
      const random = seededRandom(seed);
      const made = randomCodes(rows, [[3, reach]], seed);
      const { codes, ranking } = await ranked(made, 2);
      const weights = Int16Array.from({ length: 3 }, () => Math.round((random() - 0.5) * 9));
      const query = { weights, offset: 0.25, unit: 2 ** -20 };
      const sums = [...codes.sums(weights)];
      const accepts =
        accepted === null ? null : Uint8Array.from(sums, () => (random() < accepted ? 1 : 0));
      const sorted = [...sums].sort((a, b) => a - b);
      const least =
        leastRank === null
          ? null
          : (sorted[Math.floor(leastRank * (rows - 1))] as number) + (leastRank === 1 ? 1 : 0);
      const minScore = least === null ? Number.NEGATIVE_INFINITY : scoreOf(least, query);
      const expected = sums
        .map((sum, row) => [row, scoreOf(sum, query)] as const)
        .filter(([row, score]) => score >= minScore && (accepts === null || accepts[row] === 1))
        .sort((a, b) => b[1] - a[1] || a[0] - b[0]);
      // Twice: the memory that the filter needs is taken once.
      for (let time = 0; time < 2; time++) {
        expect(ranking.best(query, most, minScore, accepts)).toEqual({
          found: expected.slice(0, most),
          total: expected.length,
        });
      }
      expect([...codes.sums(weights)]).toEqual(sums);
    }),
    { seed: 5, numRuns: 150 },
  );
});

test('queries are rotated as in JavaScript, to the bit', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 70 }),
      fc.integer(),
      async (columns, dimension, seed) => {
        const made = randomCodes(5, [[columns, 20]], seed);
        const { space, ranking } = await ranked(made, dimension);
        const random = seededRandom(seed);
        const plain = new QueryCoder(space);
        const inWasm = new QueryCoder(space, (query) => ranking.rotate(query));
        for (let i = 0; i < 3; i++) {
          const query = Float32Array.from({ length: dimension }, () => random() - 0.5);
          expect(inWasm.code(query)).toEqual(plain.code(query));
        }
      },
    ),
    { seed: 6, numRuns: 80 },
  );
});

test('the least sum that reaches a score', () => {
  const weights = new Int16Array(1);
  const query = { weights, offset: 0.25, unit: 3e-10 };
  for (const minScore of [-0.3, 0, 0.2500000001, 0.3, 0.89]) {
    const least = leastSum(query, minScore) as number;
    expect(scoreOf(least, query)).toBeGreaterThanOrEqual(minScore);
    expect(scoreOf(least - 1, query)).toBeLessThan(minScore);
  }
  expect(leastSum(query, 0.9)).toBeNull();
  expect(leastSum(query, Number.NaN)).toBeNull();
  expect(leastSum(query, Number.NEGATIVE_INFINITY)).toBe(1 - 2 ** 31);
});

test('sums whose scores round to the same number are left to JavaScript', () => {
  const weights = new Int16Array(1);
  expect(areScoresDistinct({ weights, offset: 0.9, unit: 1e-12 })).toBe(true);
  const faint = { weights, offset: 0.9, unit: 1e-17 };
  expect(areScoresDistinct(faint)).toBe(false);
  expect(scoreOf(1, faint)).toBe(scoreOf(2, faint));
  expect(areScoresDistinct({ weights, offset: 0, unit: 0 })).toBe(false);
});
