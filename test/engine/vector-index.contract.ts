import { afterEach, describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/core/vector/random.ts';
import type { VectorIndex } from '../../src/engine/vector-index.ts';

export type MakeIndex = (vectors: Float32Array, dimension: number) => Promise<VectorIndex>;

/** The oracle: every score by a plain loop in doubles, sorted whole, ties by row. */
export function plainSearch(vectors: Float32Array, query: Float32Array) {
  const dimension = query.length;
  const all = Array.from({ length: vectors.length / dimension }, (_, row) => {
    let score = 0;
    query.forEach((x, i) => {
      score += x * (vectors[row * dimension + i] ?? 0);
    });
    return { row, score };
  });
  return all.sort((a, b) => b.score - a.score || a.row - b.row);
}

/** Unit vectors around `clusters` random directions, as photos of one catalogue lie. */
export function clusteredVectors(count: number, dimension: number, clusters: number, seed: number) {
  const random = seededRandom(seed);
  const noise = () => random() + random() + random() - 1.5;
  const heads = Array.from({ length: clusters }, () => Array.from({ length: dimension }, noise));
  const out = new Float32Array(count * dimension);
  for (let row = 0; row < count; row++) {
    const vector = (heads[row % clusters] ?? []).map((x) => x + 0.7 * noise());
    const length = Math.hypot(...vector);
    out.set(
      vector.map((x) => x / length),
      row * dimension,
    );
  }
  return out;
}

/** Unit vectors whose dot products no order of summing and no precision can change. */
const SIGNS = [-0.5, 0.5];
const DYADIC = [
  ...SIGNS.flatMap((a) =>
    SIGNS.flatMap((b) => SIGNS.flatMap((c) => SIGNS.map((d) => [a, b, c, d]))),
  ),
  ...[-1, 1].flatMap((x) => [0, 1, 2, 3].map((at) => [0, 1, 2, 3].map((i) => (i === at ? x : 0)))),
];

/** What every index does, whatever it keeps its vectors in. */
export function vectorIndexContract(name: string, make: MakeIndex): void {
  describe(`${name} as a vector index`, () => {
    const vectors = Float32Array.from(DYADIC.flat());
    const count = DYADIC.length;
    const query = Float32Array.of(1, 0, 0, 0);
    const opened: VectorIndex[] = [];
    const open: MakeIndex = async (data, dimension) => {
      const index = await make(data, dimension);
      opened.push(index);
      return index;
    };
    afterEach(() => {
      for (const index of opened.splice(0)) index.dispose();
    });

    test('tells its size', async () => {
      const { count: rows, dimension } = await open(vectors, 4);
      expect({ rows, dimension }).toEqual({ rows: count, dimension: 4 });
    });

    test('finds the nearest, best first, ties by row', async () => {
      const index = await open(vectors, 4);
      for (const each of DYADIC) {
        const query = Float32Array.from(each);
        const expected = plainSearch(vectors, query);
        expect(index.search(query, count, { ef: 200 })).toEqual(expected);
        for (const k of [1, 2, 7]) {
          // Which of several equally near rows comes last is the index's choice; their scores are not.
          const got = index.search(query, k, { ef: 200 });
          expect(got.map(({ score }) => score)).toEqual(expected.slice(0, k).map((n) => n.score));
          expect(expected).toEqual(expect.arrayContaining(got));
          expect(new Set(got.map(({ row }) => row)).size).toBe(k);
        }
      }
    });

    test('gives all there is where k asks for more', async () => {
      const index = await open(vectors, 4);
      expect(index.search(query, count + 5)).toEqual(plainSearch(vectors, query));
    });

    test('holds a single vector', async () => {
      const index = await open(Float32Array.of(0.5, 0.5, -0.5, 0.5), 4);
      expect(index.search(query, 1)).toEqual([{ row: 0, score: 0.5 }]);
      expect(index.search(query, 10)).toEqual([{ row: 0, score: 0.5 }]);
    });

    test('finds every one of several equal vectors', async () => {
      const twins = Float32Array.from([4, 9, 4, 4, 12, 9, 4].flatMap((i) => DYADIC[i] ?? []));
      const index = await open(twins, 4);
      const got = index.search(Float32Array.from(DYADIC[4] ?? []), 7);
      expect(got).toEqual(plainSearch(twins, Float32Array.from(DYADIC[4] ?? [])));
      expect(got.slice(0, 4).map(({ row }) => row)).toEqual([0, 2, 3, 6]);
    });

    test('finds accepted rows only, and none where none is accepted', async () => {
      const index = await open(vectors, 4);
      const accept = (row: number) => row % 3 === 1;
      const expected = plainSearch(vectors, query).filter(({ row }) => accept(row));
      expect(index.search(query, count, { ef: 200, accept })).toEqual(expected);
      expect(index.search(query, 1, { ef: 200, accept })[0]?.score).toBe(expected[0]?.score);
      expect(index.search(query, 5, { ef: 200, accept: () => false })).toEqual([]);
    });

    test('does not change the query', async () => {
      const index = await open(vectors, 4);
      const mine = Float32Array.of(0.5, -0.5, 0.5, 0.5);
      index.search(mine, 3);
      expect([...mine]).toEqual([0.5, -0.5, 0.5, 0.5]);
    });

    test.each([
      [3, 1, 'The query has 3 numbers, the index holds vectors of 4.'],
      [4, 0, 'Expected k to be a whole number from 1 up, got 0.'],
      [4, 1.5, 'Expected k to be a whole number from 1 up, got 1.5.'],
      [4, Number.NaN, 'Expected k to be a whole number from 1 up, got NaN.'],
    ])('refuses a query of %d numbers with k %d', async (length, k, words) => {
      const index = await open(vectors, 4);
      const search = () => index.search(new Float32Array(length), k);
      expect(search).toThrow(expect.objectContaining({ name: 'IndexError', message: words }));
    });

    test.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses a query with %d', async (bad) => {
      const index = await open(vectors, 4);
      expect(() => index.search(Float32Array.of(0, 0, bad, 0), 1)).toThrow(
        `Expected finite numbers in the query, got ${bad} at 2.`,
      );
      expect(index.search(query, 1)).toHaveLength(1);
    });

    test('refuses to search after dispose, which may come twice', async () => {
      const index = await open(vectors, 4);
      index.dispose();
      index.dispose();
      expect(() => index.search(query, 1)).toThrow(
        'The index was used after dispose(); open it again.',
      );
    });
  });
}
