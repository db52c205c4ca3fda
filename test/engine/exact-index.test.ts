import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createExactIndex } from '../../src/engine/exact-index.ts';
import { plainSearch, vectorIndexContract } from './vector-index.contract.ts';

vectorIndexContract('exact', async (vectors, dimension) => createExactIndex(vectors, dimension));

describe('the exact index', () => {
  // Small whole numbers: their sums are exact in any order, and there are many ties.
  const numbers = (length: number) =>
    fc.array(fc.integer({ min: -2, max: 2 }), { minLength: length, maxLength: length });
  const searches = fc.integer({ min: 1, max: 9 }).chain((dimension) =>
    fc.record({
      rows: fc.array(numbers(dimension), { minLength: 1, maxLength: 60 }),
      query: numbers(dimension),
      every: fc.integer({ min: 1, max: 4 }),
    }),
  );

  test('is the head of the plain sorted list, for any k and filter', () => {
    fc.assert(
      fc.property(searches, ({ rows, query, every }) => {
        const vectors = Float32Array.from(rows.flat());
        const q = Float32Array.from(query);
        const index = createExactIndex(vectors, q.length);
        const accept = (row: number) => row % every === 0;
        const plain = plainSearch(vectors, q);
        const accepted = plain.filter(({ row }) => accept(row));
        for (let k = 1; k <= rows.length + 3; k++) {
          expect(index.search(q, k)).toEqual(plain.slice(0, k));
          expect(index.search(q, k, { accept })).toEqual(accepted.slice(0, k));
        }
      }),
      { seed: 11, numRuns: 150 },
    );
  });

  test('cuts through ties by row', () => {
    const index = createExactIndex(Float32Array.of(1, 2, 1, 2, 1, 2, 1), 1);
    const rows = index.search(Float32Array.of(1), 5).map(({ row }) => row);
    expect(rows).toEqual([1, 3, 5, 0, 2]);
  });

  test('holds no vectors at all', () => {
    expect(createExactIndex(new Float32Array(), 4).search(new Float32Array(4), 3)).toEqual([]);
  });

  test('refuses numbers that are no whole number of vectors', () => {
    expect(() => createExactIndex(new Float32Array(10), 4)).toThrow(
      '10 numbers are no whole number of vectors of 4.',
    );
  });
});
