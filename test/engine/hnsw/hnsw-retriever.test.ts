import { beforeAll, describe, expect, test } from 'vitest';
import type { HnswGraph } from '../../../src/core/bundle/graph.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';
import { HnswRetriever } from '../../../src/engine/hnsw/hnsw-retriever.ts';
import { buildGraph } from '../../../src/node/build/graph/build-graph.ts';
import { type HnswlibIndex, loadHnswlib } from '../../../src/node/build/graph/hnswlib.ts';
import {
  clusteredVectors,
  flatOf,
  numbersOf,
  plainSearch,
  wanting,
} from '../../support/vectors.ts';
import { retrieverContract } from '../retriever.contract.ts';

const openHnsw = async (vectors: Float32Array, dimension: number) =>
  new HnswRetriever(flatOf(vectors, dimension), await buildGraph(vectors, dimension));

retrieverContract('hnsw', openHnsw);

describe('the HNSW index', () => {
  const COUNT = 5000;
  const QUERIES = 100;
  const DIMENSION = 64;
  // The last rows are the queries: new photos of the same catalogue.
  const all = clusteredVectors(COUNT + QUERIES, DIMENSION, 100, 1);
  const vectors = all.subarray(0, COUNT * DIMENSION);
  const queries = Array.from({ length: QUERIES }, (_, i) =>
    all.subarray((COUNT + i) * DIMENSION, (COUNT + i + 1) * DIMENSION),
  );
  let graph: HnswGraph;
  let hnsw: HnswRetriever;
  /** hnswlib itself with the same links: one seed gives one graph. */
  let hnswlib: HnswlibIndex;

  beforeAll(async () => {
    graph = await buildGraph(vectors, DIMENSION);
    hnsw = new HnswRetriever(flatOf(vectors, DIMENSION), graph);
    hnswlib = (await loadHnswlib()).create(DIMENSION);
    hnswlib.initIndex(COUNT, 16, 200, 100);
    for (let row = 0; row < COUNT; row++) {
      hnswlib.addPoint(vectors.subarray(row * DIMENSION, (row + 1) * DIMENSION), row, false);
    }
  });

  test.each([10, 16, 64, 200])('answers as hnswlib does at ef %d', async (ef) => {
    hnswlib.setEfSearch(ef);
    let same = 0;
    for (const query of queries) {
      const { neighbors, distances } = hnswlib.searchKnn(query, 10, undefined);
      const expected = new Map(neighbors.map((row, i) => [row, 1 - (distances[i] as number)]));
      const found = await hnsw.nearest(query, wanting(10, { ef }));
      expect(found).toMatchObject({ engine: 'hnsw', exhausted: false, total: null });
      for (const { row, score } of numbersOf(found)) {
        const theirs = expected.get(row);
        if (theirs === undefined) continue;
        same++;
        expect(Math.abs(score - theirs)).toBeLessThan(1e-5);
      }
    }
    expect(same / (QUERIES * 10)).toBeGreaterThanOrEqual(0.999);
  });

  test('answers as hnswlib does with a filter', async () => {
    hnswlib.setEfSearch(40);
    let same = 0;
    for (const query of queries) {
      const { neighbors } = hnswlib.searchKnn(query, 10, (row) => row % 3 === 2);
      const options = wanting(10, { ef: 40, filter: { third: 2 } });
      const found = numbersOf(await hnsw.nearest(query, options));
      expect(found.every(({ row }) => row % 3 === 2)).toBe(true);
      same += found.filter(({ row }) => neighbors.includes(row)).length;
    }
    expect(same / (QUERIES * 10)).toBeGreaterThanOrEqual(0.999);
  });

  test('recalls at least 99 of 100 of the ten nearest at ef 64', async () => {
    const flat = flatOf(vectors, DIMENSION);
    let same = 0;
    for (const query of queries) {
      const nearest = new Map(
        numbersOf(await flat.nearest(query, wanting(10))).map(({ row, score }) => [row, score]),
      );
      for (const { row, score } of numbersOf(await hnsw.nearest(query, wanting(10)))) {
        if (!nearest.has(row)) continue;
        same++;
        // The same to the bit: a hit's score does not depend on who found it.
        expect(score).toBe(nearest.get(row));
      }
    }
    expect(same / (QUERIES * 10)).toBeGreaterThanOrEqual(0.99);
  });

  test('searches that are many do not disturb one another', async () => {
    const query = queries[0] as Float32Array;
    const options = wanting(3, { ef: 3 });
    const first = numbersOf(await hnsw.nearest(query, options));
    // More than the stamps of visited nodes, which then begin again.
    for (let i = 0; i < 0x10010; i++) {
      if (i % 0x4000 === 0) await hnsw.nearest(queries[i % QUERIES] as Float32Array, options);
      else void hnsw.nearest(query, wanting(1, { ef: 1 }));
    }
    expect(numbersOf(await hnsw.nearest(query, options))).toEqual(first);
  });

  test('rows that no link leads to are found all the same', async () => {
    // Two nodes that know each other, and a third that nobody knows.
    const three = Float32Array.of(1, 0, 0.8, 0.6, 0, 1);
    const lonely: HnswGraph = {
      count: 3,
      rowCount: 3,
      dimension: 2,
      M: 2,
      efConstruction: 10,
      entryPoint: 0,
      maxLevel: 0,
      levels: new Uint8Array(3),
      baseCounts: Uint16Array.of(1, 1, 1),
      // The last one knows only itself: a cycle.
      baseLinks: Uint32Array.of(1, 0, 2),
      upperCounts: new Uint16Array(),
      upperLinks: new Uint32Array(),
      twinNodes: new Uint32Array(),
      twinRows: new Uint32Array(),
    };
    const retriever = new HnswRetriever(flatOf(three, 2), lonely);
    const query = Float32Array.of(0, 1);
    const found = await retriever.nearest(query, wanting(3));
    expect(numbersOf(found)).toEqual(plainSearch(three, query));
    expect(found).toMatchObject({ engine: 'flat', exhausted: true });
  });

  test('refuses a graph of other vectors, with both shapes', () => {
    const open = (data: Float32Array, dimension: number) => () =>
      new HnswRetriever(flatOf(data, dimension), graph);
    expect(open(vectors.subarray(DIMENSION), DIMENSION)).toThrow(
      'it was built for 5000 vectors of 64 numbers, the bundle has 4999 of 64. Build the bundle again.',
    );
    expect(open(vectors, 32)).toThrow(expect.objectContaining({ name: 'BundleError' }));
    expect(open(vectors, 32)).toThrow(
      'The graph does not fit its vectors: it was built for 5000 vectors of 64 numbers, the bundle has 10000 of 32.',
    );
  });
});

describe('equal vectors', () => {
  const DIMENSION = 32;

  /** A catalogue in which `equal` rows at random places show one placeholder picture. */
  function withPlaceholders(count: number, equal: number) {
    const vectors = clusteredVectors(count, DIMENSION, 40, 5);
    const random = seededRandom(6);
    const placeholders = new Set<number>();
    while (placeholders.size < equal) placeholders.add(Math.floor(random() * count));
    const picture = clusteredVectors(1, DIMENSION, 1, 7);
    for (const row of placeholders) vectors.set(picture, row * DIMENSION);
    return { vectors, placeholders, picture };
  }

  test.each([
    [6100, 5900],
    [6000, 300],
    [6000, 3000],
  ])(
    '%d rows, %d of them equal: every other photo is found at the default ef',
    async (count, equal) => {
      const { vectors, placeholders } = withPlaceholders(count, equal);
      const hnsw = await openHnsw(vectors, DIMENSION);
      let lost = 0;
      let asked = 0;
      for (let row = 0; row < count; row += equal > 5000 ? 1 : 7) {
        if (placeholders.has(row)) continue;
        asked++;
        const query = vectors.subarray(row * DIMENSION, (row + 1) * DIMENSION);
        const found = await hnsw.nearest(query, wanting(10));
        expect(found.engine).toBe('hnsw');
        if (numbersOf(found)[0]?.row !== row) lost++;
      }
      expect(asked).toBeGreaterThan(100);
      expect(lost).toBe(0);
    },
  );

  test('a query that is the placeholder finds its rows in order, as many as asked', async () => {
    const { vectors, placeholders, picture } = withPlaceholders(6100, 5900);
    const hnsw = await openHnsw(vectors, DIMENSION);
    const expected = [...placeholders].sort((a, b) => a - b);
    const rowsAt = async (k: number) =>
      numbersOf(await hnsw.nearest(picture, wanting(k))).map(({ row }) => row);
    expect(await rowsAt(10)).toEqual(expected.slice(0, 10));
    const filtered = await hnsw.nearest(picture, wanting(5, { filter: { third: 1 } }));
    expect(numbersOf(filtered).map(({ row }) => row)).toEqual(
      expected.filter((row) => row % 3 === 1).slice(0, 5),
    );
    const whole = await hnsw.nearest(picture, wanting(5900, { minScore: 0.9999 }));
    expect(whole).toMatchObject({ exhausted: true, total: 5900 });
    expect(numbersOf(whole).map(({ row }) => row)).toEqual(expected);
  });
});
