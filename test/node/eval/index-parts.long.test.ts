/** What `soutu eval` says of an index in parts: against the reads it causes, and a plain ranking by the exact vectors. */
import { beforeAll, expect, test } from 'vitest';
import type { BundleSource } from '../../../src/core/bundle/source.ts';
import type { PartsRoot } from '../../../src/core/parts/root.ts';
import { dot } from '../../../src/core/vector/arithmetic.ts';
import { coldSearches, type OpenIndex } from '../../../src/node/eval/cold-search.ts';
import { countingSource } from '../../../src/node/eval/counting-source.ts';
import { measureGrowth, sizesOf } from '../../../src/node/eval/growth.ts';
import { type ExactVectors, indexRecall } from '../../../src/node/eval/index-recall.ts';
import { recallCurve } from '../../../src/node/eval/recall-curve.ts';
import { jugs, partsOfJugs } from '../../support/parts/jugs.ts';
import type { MemoryParts } from '../../support/parts/memory-parts.ts';
import { wanting } from '../../support/vectors.ts';

const { COUNT, items, vectors, vectorOf } = jugs();
const dimension = vectors.length / COUNT;
const exact: ExactVectors = {
  ids: items.map(({ id }) => id),
  dimension,
  vectors,
  queries: vectors,
};
let parts: MemoryParts;
let source: BundleSource;
let open: OpenIndex;

beforeAll(async () => {
  ({ parts } = await partsOfJugs());
  source = {
    where: 'memory',
    manifest: async () => ({}),
    read: ({ file, bytes, sha256 }) =>
      parts.source.readPart(file as 'coarse', { bytes, hash: sha256 }),
  };
  open = async (counted, probing) =>
    parts.open(
      { probing },
      {
        readPart: (role, { bytes, hash }) => counted.read({ file: role, bytes, sha256: hash }),
      },
    );
});

test('recall: as many of the plain ranking as the search returns', async () => {
  const retriever = parts.open();
  const { queries, recall10, recall1 } = await indexRecall(exact, retriever, COUNT);
  let same = 0;
  for (let own = 0; own < COUNT; own++) {
    const query = vectorOf(own);
    const ranked = items
      .map(({ id }, row) => ({ id, score: dot(vectorOf(row), query) }))
      .filter((_, row) => row !== own)
      .sort((a, b) => b.score - a.score)
      .slice(0, 10)
      .map(({ id }) => id);
    const { rows } = await retriever.nearest(query, wanting(11));
    const found = rows.map(({ row }) => row.id).filter((id) => id !== items[own]?.id);
    same += found.slice(0, 10).filter((id) => ranked.includes(id)).length;
  }
  expect(queries).toBe(COUNT);
  expect(recall10).toBeCloseTo(same / (10 * COUNT), 10);
  expect(recall10).toBeGreaterThan(0.9);
  expect(recall1).toBeGreaterThan(0.9);
});

test('a first search: each file that is read counts once, with its bytes and its round', async () => {
  parts.reads.length = 0;
  const { bytes, requests, rounds } = await coldSearches(source, open, exact, 1);
  // The second, warm search of the same query reads nothing.
  expect(parts.reads.length).toBe(requests.median);
  expect(new Set(parts.reads).size).toBe(parts.reads.length);
  const sum = parts.reads.reduce((all, name) => all + (parts.files.get(name)?.length ?? 0), 0);
  expect(bytes).toEqual({ median: sum, p95: sum });
  expect(rounds.median).toBeGreaterThanOrEqual(2);
  expect(rounds.median).toBeLessThan(requests.median);
});

test('more shards cost more bytes and find more; the choice of the build is among them', async () => {
  const root: PartsRoot = await parts.source.root();
  const points = await recallCurve(root, source, open, exact);
  expect(points.length).toBeGreaterThan(3);
  const sorted = (list: readonly number[]) => [...list].sort((a, b) => a - b);
  const bytes = points.map((point) => point.bytes);
  expect(bytes).toEqual(sorted(bytes));
  expect(points.at(-1)?.recall10).toBeGreaterThan(points[0]?.recall10 as number);
  expect(points.filter(({ isChosen }) => isChosen).map(({ most }) => most)).toEqual([
    root.probing.most,
  ]);
});

test('rounds: files that are asked for together are one', async () => {
  const plain: BundleSource = {
    where: 'memory',
    manifest: async () => ({ a: 1 }),
    read: async ({ bytes }) => new Uint8Array(bytes),
  };
  const { source: counted, counts } = countingSource(plain);
  const ref = (bytes: number) => ({ file: 'x', bytes, sha256: '' });
  await counted.manifest();
  const manifestBytes = counts().bytes;
  await Promise.all([counted.read(ref(10)), counted.read(ref(20))]);
  await counted.read(ref(5));
  expect(counts()).toEqual({ bytes: manifestBytes + 35, requests: 4, rounds: 3 });
});

test('growth: larger catalogues need more bytes; vectors need two a number', async () => {
  expect(sizesOf(100)).toEqual([100]);
  expect(sizesOf(1e6)).toEqual([2500, 5000, 10_000, 20_000]);
  const points = await measureGrowth(
    vectors.slice(0, 200 * dimension),
    dimension,
    0.9,
    () => undefined,
  );
  expect(points.map(({ items: count }) => count)).toEqual([100, 200]);
  for (const { items: count, vectors: plain, codes, parts: inParts } of points) {
    expect(plain).toBe(2 * dimension * count);
    for (const bytes of [codes, inParts]) expect(bytes === null || bytes > 0).toBe(true);
  }
});
