import { afterEach, describe, expect, test } from 'vitest';
import type { Retriever, Wanted } from '../../src/engine/retriever.ts';
import { numberedItems, numbersOf, plainSearch, wanting } from '../support/vectors.ts';

/** Opens a retriever of these vectors with the items of `numberedItems`. */
export type MakeRetriever = (vectors: Float32Array, dimension: number) => Promise<Retriever>;

/** Unit vectors whose dot products no order of summing and no precision can change. */
const SIGNS = [-0.5, 0.5];
const DYADIC = [
  ...SIGNS.flatMap((a) =>
    SIGNS.flatMap((b) => SIGNS.flatMap((c) => SIGNS.map((d) => [a, b, c, d]))),
  ),
  ...[-1, 1].flatMap((x) => [0, 1, 2, 3].map((at) => [0, 1, 2, 3].map((i) => (i === at ? x : 0)))),
];

/** What every retriever does, wherever its rows are. */
export function retrieverContract(name: string, make: MakeRetriever): void {
  describe(`${name} as a retriever`, () => {
    const vectors = Float32Array.from(DYADIC.flat());
    const count = DYADIC.length;
    const query = Float32Array.of(1, 0, 0, 0);
    const opened: Retriever[] = [];
    const open: MakeRetriever = async (data, dimension) => {
      const retriever = await make(data, dimension);
      opened.push(retriever);
      return retriever;
    };
    const search = async (
      retriever: Retriever,
      unit: Float32Array,
      k: number,
      more: Partial<Wanted> = {},
    ) => numbersOf(await retriever.nearest(unit, wanting(k, { ef: 200, ...more })));
    afterEach(() => {
      for (const retriever of opened.splice(0)) retriever.dispose();
    });

    test('reports its size and abilities', async () => {
      const { count: rows, dimension, can } = await open(vectors, 4);
      expect({ rows, dimension }).toEqual({ rows: count, dimension: 4 });
      expect(can.maxK).toBeGreaterThanOrEqual(count);
    });

    test('finds the nearest, best first, ties by row', async () => {
      const retriever = await open(vectors, 4);
      for (const each of DYADIC) {
        const unit = Float32Array.from(each);
        const expected = plainSearch(vectors, unit);
        expect(await search(retriever, unit, count)).toEqual(expected);
        for (const k of [1, 2, 7]) {
          // Which of several equally near rows comes last is the retriever's choice; their scores are not.
          const got = await search(retriever, unit, k);
          expect(got.map(({ score }) => score)).toEqual(expected.slice(0, k).map((n) => n.score));
          expect(expected).toEqual(expect.arrayContaining(got));
          expect(new Set(got.map(({ row }) => row)).size).toBe(k);
        }
      }
    });

    test('rows carry id, group and attributes', async () => {
      const retriever = await open(vectors, 4);
      const { rows } = await retriever.nearest(query, wanting(count));
      for (const { row } of rows) {
        expect(row.group).toBe(row.id);
        expect(row.attribute('third')).toBe(Number(row.id) % 3);
        expect(row.attribute('constructor')).toBeUndefined();
      }
    });

    test('a single vector is enough', async () => {
      const retriever = await open(Float32Array.of(0.5, 0.5, -0.5, 0.5), 4);
      expect(await search(retriever, query, 1)).toEqual([{ row: 0, score: 0.5 }]);
    });

    test('finds every one of several equal vectors', async () => {
      const twins = Float32Array.from([4, 9, 4, 4, 12, 9, 4].flatMap((i) => DYADIC[i] ?? []));
      const retriever = await open(twins, 4);
      const got = await search(retriever, Float32Array.from(DYADIC[4] ?? []), 7);
      expect(got).toEqual(plainSearch(twins, Float32Array.from(DYADIC[4] ?? [])));
      expect(got.slice(0, 4).map(({ row }) => row)).toEqual([0, 2, 3, 6]);
      expect(await search(retriever, Float32Array.from(DYADIC[9] ?? []), 2)).toEqual([
        { row: 1, score: 1 },
        { row: 5, score: 1 },
      ]);
    });

    test('is exhausted when every row was returned, and not before', async () => {
      const retriever = await open(vectors, 4);
      const nearest = (k: number, more?: Partial<Wanted>) =>
        retriever.nearest(query, wanting(k, { ef: 200, ...more }));
      expect((await nearest(count)).exhausted).toBe(true);
      expect((await nearest(5)).exhausted).toBe(false);
      const matching = count / 3;
      expect(Number.isInteger(matching)).toBe(true);
      expect((await nearest(matching, { filter: { third: 1 } })).exhausted).toBe(true);
      expect((await nearest(matching - 1, { filter: { third: 1 } })).exhausted).toBe(false);
    });

    test('leaves out rows below minScore, and is exhausted with the last row above', async () => {
      const retriever = await open(vectors, 4);
      const expected = plainSearch(vectors, query).filter(({ score }) => score >= 0.5);
      expect(expected.length).toBeGreaterThan(2);
      for (const everyMatch of [false, true]) {
        const options = wanting(expected.length, { ef: 200, minScore: 0.5, everyMatch });
        const found = await retriever.nearest(query, options);
        expect(numbersOf(found)).toEqual(expected);
        expect(found.exhausted).toBe(true);
        expect(found.total ?? expected.length).toBe(expected.length);
      }
      const fewer = await retriever.nearest(query, wanting(2, { ef: 200, minScore: 0.5 }));
      expect(fewer.rows).toHaveLength(2);
      expect(fewer.exhausted).toBe(false);
      expect(fewer.total ?? expected.length).toBe(expected.length);
      expect(await search(retriever, query, 3, { minScore: 1.5 })).toEqual([]);
    });

    test('finds rows that match the filter only, and never fewer for it', async () => {
      const retriever = await open(vectors, 4);
      const expected = plainSearch(vectors, query).filter(({ row }) => row % 3 === 1);
      for (const ef of [1, 200]) {
        const options = { ef, filter: { third: [1, 7] } };
        expect(await search(retriever, query, expected.length, options)).toEqual(expected);
      }
      const range = { filter: { third: { gte: 1, lte: 1.5 } } };
      expect(await search(retriever, query, expected.length, range)).toEqual(expected);
      const words = { text: '1', filter: { third: { lte: 1 } } };
      expect(await search(retriever, query, expected.length, words)).toEqual(expected);
      const [best] = await search(retriever, query, 1, { filter: { third: 1 } });
      expect(best?.score).toBe(expected[0]?.score);
      const none = await retriever.nearest(query, wanting(5, { filter: { third: 9 } }));
      expect(none).toMatchObject({ rows: [], exhausted: true });
    });

    test('an exact answer is that of the plain loop, to any k', async () => {
      const retriever = await open(vectors, 4);
      const expected = plainSearch(vectors, query);
      for (let k = 1; k <= count; k++) {
        expect(await search(retriever, query, k, { exact: true, ef: 1 })).toEqual(
          expected.slice(0, k),
        );
      }
    });

    test('gives an item with its vector by id, and items of a page in the order asked', async () => {
      const retriever = await open(vectors, 4);
      expect(await retriever.get('0011')).toEqual({
        item: numberedItems(12)[11],
        vector: Float32Array.from(DYADIC[11] ?? []),
      });
      expect(await retriever.get('0099')).toBeNull();
      expect(await retriever.get('')).toBeNull();
      const items = await retriever.items(['0007', '0002']);
      expect(items.map(({ id }) => id)).toEqual(['0007', '0002']);
      expect(await retriever.facets()).toEqual([]);
      expect(await retriever.numeric()).toEqual(['third']);
    });

    test('does not change the query', async () => {
      const retriever = await open(vectors, 4);
      const mine = Float32Array.of(0.5, -0.5, 0.5, 0.5);
      await search(retriever, mine, 3);
      expect([...mine]).toEqual([0.5, -0.5, 0.5, 0.5]);
    });

    test.each([
      [3, 1, 'The query has 3 numbers, the index has vectors of 4.'],
      [4, 0, `Expected k to be a whole number from 1 to ${count}, got 0.`],
      [4, 1.5, `Expected k to be a whole number from 1 to ${count}, got 1.5.`],
      [4, Number.NaN, `Expected k to be a whole number from 1 to ${count}, got NaN.`],
      [4, count + 1, `Expected k to be a whole number from 1 to ${count}, got ${count + 1}.`],
    ])('refuses a query of %d numbers with k %d', async (length, k, message) => {
      const retriever = await open(vectors, 4);
      const nearest = retriever.nearest(new Float32Array(length), wanting(k));
      await expect(nearest).rejects.toMatchObject({ name: 'IndexError', message });
    });

    test.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses a query with %d', async (bad) => {
      const retriever = await open(vectors, 4);
      await expect(retriever.nearest(Float32Array.of(0, 0, bad, 0), wanting(1))).rejects.toThrow(
        `Expected finite numbers in the query, got ${bad} at 2.`,
      );
      expect(await search(retriever, query, 1)).toHaveLength(1);
    });

    test("an aborted call rejects with the signal's reason", async () => {
      const retriever = await open(vectors, 4);
      const signal = AbortSignal.abort(new Error('the visitor left'));
      await expect(retriever.nearest(query, wanting(1), { signal })).rejects.toThrow(
        'the visitor left',
      );
    });

    test('refuses to search after dispose, which may come twice', async () => {
      const retriever = await open(vectors, 4);
      retriever.dispose();
      retriever.dispose();
      const words = 'The index was used after dispose(); open it again.';
      await expect(retriever.nearest(query, wanting(1))).rejects.toThrow(words);
      await expect(retriever.get('0001')).rejects.toThrow(words);
    });
  });
}
