import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { flatOf, numbersOf, plainSearch, wanting } from '../support/vectors.ts';
import { retrieverContract } from './retriever.contract.ts';

retrieverContract('flat', async (vectors, dimension) => flatOf(vectors, dimension));

describe('the flat index', () => {
  // Small whole numbers: their sums are exact in any order, and there are many ties.
  const numbers = (length: number) =>
    fc.array(fc.integer({ min: -2, max: 2 }), { minLength: length, maxLength: length });
  const searches = fc.integer({ min: 1, max: 9 }).chain((dimension) =>
    fc.record({
      rows: fc.array(numbers(dimension), { minLength: 1, maxLength: 60 }),
      query: numbers(dimension),
      minScore: fc.integer({ min: -9, max: 9 }),
    }),
  );

  test('is the head of the plain sorted list, for any k, filter and threshold', async () => {
    await fc.assert(
      fc.asyncProperty(searches, async ({ rows, query, minScore }) => {
        const vectors = Float32Array.from(rows.flat());
        const unit = Float32Array.from(query);
        const flat = flatOf(vectors, unit.length);
        const plain = plainSearch(vectors, unit);
        const matching = plain.filter(({ row, score }) => row % 3 === 0 && score >= minScore);
        for (let k = 1; k <= rows.length; k++) {
          const all = await flat.nearest(unit, wanting(k));
          expect(numbersOf(all)).toEqual(plain.slice(0, k));
          expect(all).toMatchObject({ total: rows.length, exhausted: k >= rows.length });
          const some = await flat.nearest(unit, wanting(k, { filter: { third: 0 }, minScore }));
          expect(numbersOf(some)).toEqual(matching.slice(0, k));
          expect(some.total).toBe(matching.length);
          expect(some.exhausted).toBe(k >= matching.length);
        }
        const every = wanting(1, { filter: { third: 0 }, minScore, everyMatch: true });
        const whole = await flat.nearest(unit, every);
        expect(numbersOf(whole)).toEqual(matching);
        expect(whole.exhausted).toBe(true);
      }),
      { seed: 11, numRuns: 150 },
    );
  });

  test('cuts through ties by row', async () => {
    const flat = flatOf(Float32Array.of(1, 2, 1, 2, 1, 2, 1), 1);
    const found = await flat.nearest(Float32Array.of(1), wanting(5));
    expect(numbersOf(found).map(({ row }) => row)).toEqual([1, 3, 5, 0, 2]);
  });

  test('may be empty', async () => {
    const found = await flatOf(new Float32Array(), 4).nearest(new Float32Array(4), wanting(1));
    expect(found).toMatchObject({ rows: [], exhausted: true, total: 0 });
  });

  test('refuses vectors that are not one for each item', () => {
    expect(() => flatOf(new Float32Array(10), 4)).toThrow('10 numbers are not 2 vectors of 4.');
  });
});
