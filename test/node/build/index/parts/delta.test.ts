/** Releases that add a delta to an index in parts: the shards stay, and answers are those of the catalogue as it is now. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import {
  deltaTo,
  type PartsRelease,
  type ReleaseItem,
  releaseParts,
} from '../../../../../scripts/bench/support/parts-release.ts';
import { Bundle } from '../../../../../src/core/bundle/bundle.ts';
import type { DeltaInfo, PartsInfo } from '../../../../../src/core/bundle/manifest.ts';
import { filesOf, listingsOf } from '../../../../../src/core/bundle/manifest-files.ts';
import { LayeredCoder } from '../../../../../src/core/parts/layers.ts';
import { readListing } from '../../../../../src/core/parts/listing.ts';
import type { PartsChanges, PartsRoot } from '../../../../../src/core/parts/root.ts';
import { normalised } from '../../../../../src/core/vector/arithmetic.ts';
import { seededRandom } from '../../../../../src/core/vector/random.ts';
import { openParts } from '../../../../../src/engine/parts/open-parts.ts';
import { segmentsToRead } from '../../../../../src/engine/parts/segments.ts';
import { ShardScorer } from '../../../../../src/engine/parts/shard-scores.ts';
import type { Retriever } from '../../../../../src/engine/retriever.ts';
import { makeDelta } from '../../../../../src/node/build/index/parts/delta/make-delta.ts';
import type { MadeParts } from '../../../../../src/node/build/index/parts/make-parts.ts';
import { sha256 } from '../../../../../src/node/files/sha256.ts';
import { folderSource } from '../../../../../src/node/search/folder-source.ts';
import { jugs } from '../../../../support/parts/jugs.ts';
import { tempFolder } from '../../../../support/temp.ts';
import { wanting } from '../../../../support/vectors.ts';

const { items, queries, vectorOf, COUNT } = jugs(300);
const root = await tempFolder();
const built = join(root, 'built');
/** Of each test; the release in it has no delta. */
let folder: string;
const first: ReleaseItem[] = items.map((item, row) => ({ ...item, vector: vectorOf(row) }));
/** Vectors of the same clusters, for added items. */
const others = queries.slice(30).map((vector) => vector.slice());
const added = (i: number, more: Partial<ReleaseItem> = {}): ReleaseItem => ({
  id: `n${i}`,
  image: `new-${i}.jpg`,
  title: `Vase ${i}`,
  attributes: { tone: 90 + i },
  vector: others[i] as Float32Array,
  ...more,
});

let base: MadeParts;
/** Row i of the codes of the shards is item i. */
const baseIds = items.map(({ id }) => id);

beforeAll(async () => {
  base = (await releaseParts(built, first, { threads: 1 })).parts as MadeParts;
});

beforeEach(async () => {
  folder = await mkdtemp(join(root, 'bundle-'));
  await cp(built, folder, { recursive: true });
});

const openBundle = () => Bundle.open(folderSource(folder));
const infoOf = async (): Promise<PartsInfo> => {
  const { index } = (await openBundle()).manifest;
  if (index.type !== 'parts') throw new Error('The index is not in parts.');
  return index.parts;
};
const deltaOf = async (): Promise<DeltaInfo> => (await infoOf()).delta as DeltaInfo;
/** The hash of all files of the release, by name. */
const filesOfRelease = async (): Promise<Record<string, string>> => {
  const source = folderSource(folder);
  const { manifest } = await Bundle.open(source);
  const refs = [...filesOf(manifest)];
  for (const list of listingsOf(manifest)) {
    refs.push(...readListing(await source.read(list), list.file));
  }
  const text = await readFile(join(folder, 'manifest.json'));
  const named = refs.map(async ({ file }) => [file, sha256(await readFile(join(folder, file)))]);
  return Object.fromEntries([...(await Promise.all(named)), ['manifest.json', sha256(text)]]);
};
const isOfIndex = (name: string) => /^(parts|coarse|fine|ids|details|titles)-/.test(name);

/** The score of every item by both layers of its codes, best first, by a plain loop. */
function plainScores(
  { delta }: PartsRelease,
  catalogue: readonly ReleaseItem[],
  unit: Float32Array,
) {
  const { layers, centroids } = base;
  const { coarse, fine } = new LayeredCoder(layers).code(unit);
  const width = layers.columns.length;
  const sum = (codes: Int16Array, row: number, weights: Int16Array) =>
    weights.reduce((all, w, c) => all + w * (codes[row * weights.length + c] as number), 0);
  const positionOf = new Map(Array.from(base.order, (row, position) => [baseIds[row], position]));
  const sorted = [...catalogue].sort((a, b) => (a.id < b.id ? -1 : 1));
  const addedAt = new Map(Array.from(delta?.added ?? [], (row, at) => [row, at]));
  const scores = sorted.map(({ id }, row) => {
    const at = addedAt.get(row) ?? -1;
    let first: number;
    let second: number;
    if (at >= 0 && delta) {
      const home = delta.codes.homes[at] as number;
      const centroid = centroids.subarray(home * width, (home + 1) * width);
      first =
        sum(delta.codes.coarse, at, coarse.weights) +
        sum(centroid as Int16Array, 0, coarse.weights);
      second = sum(delta.codes.fine, at, fine.weights);
    } else {
      const position = positionOf.get(id) as number;
      first = sum(base.coarse, position, coarse.weights);
      second = sum(base.fine, position, fine.weights);
    }
    return { id, score: coarse.offset + coarse.unit * first + fine.unit * second };
  });
  return scores.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
}

/** Every search, by id, by words and by filter finds the catalogue and nothing else. */
async function expectWhole(release: PartsRelease, catalogue: readonly ReleaseItem[]) {
  const bundle = await openBundle();
  const retriever = openParts(bundle);
  const ids = new Set(catalogue.map(({ id }) => id));
  for (const unit of queries.slice(0, 3)) {
    const { rows, exhausted } = await retriever.nearest(
      unit,
      wanting(catalogue.length, { exact: true }),
    );
    const found = rows.map(({ row, score }) => ({ id: row.id, score }));
    expect(found).toEqual(plainScores(release, catalogue, unit));
    expect(exhausted).toBe(true);
    const ten = await retriever.nearest(unit, wanting(10));
    expect(ten.rows.every(({ row }) => ids.has(row.id))).toBe(true);
    expect(ten.rows).toHaveLength(10);
  }
  const sorted = [...catalogue].sort((a, b) => (a.id < b.id ? -1 : 1));
  const plain = sorted.map(({ vector: _, ...item }) => item);
  expect(await bundle.items()).toEqual(plain);
  expect(await bundle.titles()).toEqual(plain.map(({ title }) => title));
  const vectors = await bundle.vectors();
  const dimension = (first[0] as ReleaseItem).vector.length;
  sorted.forEach(({ vector }, row) => {
    const error = vector.reduce(
      (all, x, i) => all + (x - (vectors[row * dimension + i] as number)) ** 2,
      0,
    );
    expect(error).toBeLessThan(0.02);
  });
  return { bundle, retriever };
}

test('additions, removals and changes in several releases, and back', async () => {
  const random = seededRandom(5);
  const before = Object.entries(await filesOfRelease()).filter(([name]) => isOfIndex(name));
  let catalogue = [...first];
  let next = 0;
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 4; i++) {
      const at = Math.floor(random() * catalogue.length);
      const [gone] = catalogue.splice(at, 1) as [ReleaseItem];
      // A changed item, an item that is gone.
      if (i % 2 === 0) catalogue.push({ ...gone, title: `Changed ${round}` });
      catalogue.push(added(next++));
    }
    const release = await releaseParts(folder, catalogue);
    expect(release.delta).not.toBeNull();
    await expectWhole(release, catalogue);
    expect(await filesOfRelease()).toMatchObject(Object.fromEntries(before));
  }
  const { added: count, removed } = await deltaOf();
  expect([count, removed]).toEqual([12, 8]);
  // What was removed is added again.
  catalogue = [...first];
  const release = await releaseParts(folder, catalogue);
  expect(await deltaOf()).toMatchObject({ added: 8, removed: 8 });
  await expectWhole(release, catalogue);
});

test('a release without changes has no delta', async () => {
  const before = await filesOfRelease();
  const more = [...first, added(0)];
  await releaseParts(folder, more);
  expect(await deltaOf()).toMatchObject({ added: 1, removed: 0 });
  await releaseParts(folder, first);
  expect(await filesOfRelease()).toEqual(before);
});

test('an item that is removed, whichever it is, is in no answer; added again, it is', async () => {
  const random = seededRandom(8);
  for (let round = 0; round < 2; round++) {
    const gone = first[Math.floor(random() * COUNT)] as ReleaseItem;
    const rest = first.filter((item) => item !== gone);
    await releaseParts(folder, rest);
    const retriever = openParts(await openBundle());
    for (const wanted of [
      {},
      { exact: true },
      { filter: { tone: gone.attributes?.tone as number } },
    ]) {
      const { rows } = await retriever.nearest(gone.vector, wanting(20, wanted));
      expect(rows.map(({ row }) => row.id)).not.toContain(gone.id);
      expect(rows).toHaveLength(20);
    }
    expect(await retriever.get(gone.id)).toBeNull();
    await expect(retriever.items([gone.id])).rejects.toThrow(`No item has the id "${gone.id}"`);
    // In other words than before, so that it is an added item.
    const again = { ...gone, title: 'Back again' };
    await releaseParts(folder, [...rest, again]);
    const later = openParts(await openBundle());
    const { rows } = await later.nearest(gone.vector, wanting(1));
    expect(rows.map(({ row }) => row.id)).toEqual([gone.id]);
    expect((await later.items([gone.id]))[0]?.title).toBe('Back again');
    expect((await later.get(gone.id))?.item.title).toBe('Back again');
  }
});

test('added items are found by id, words, filter and facet', async () => {
  const catalogue = [...first, added(0), added(1, { attributes: { maker: 'Ada' } })];
  const both = [...catalogue, added(2, { attributes: { maker: 'Bo' } })];
  const release = await releaseParts(folder, both);
  const { retriever } = await expectWhole(release, both);
  const own = await retriever.get('n1');
  expect(own?.item).toMatchObject({ id: 'n1', title: 'Vase 1', image: 'new-1.jpg' });
  const unit = queries[0] as Float32Array;
  const found = async (wanted: object) =>
    (await retriever.nearest(unit, wanting(5, wanted))).rows.map(({ row }) => row.id);
  expect(await found({ text: 'vase 1' })).toEqual(['n1']);
  expect(await found({ filter: { maker: 'Bo' } })).toEqual(['n2']);
  expect(await retriever.facets()).toContain('maker');
});

test('the same release after the same release has the same bytes', async () => {
  const catalogue = [...first.slice(1), added(3), added(4)];
  await releaseParts(folder, catalogue);
  const once = await filesOfRelease();
  await releaseParts(folder, catalogue);
  expect(await filesOfRelease()).toEqual(once);
  const other = await mkdtemp(join(root, 'bundle-'));
  await cp(built, other, { recursive: true });
  folder = other;
  await releaseParts(folder, catalogue);
  expect(await filesOfRelease()).toEqual(once);
});

test('with a delta of one segment, a search finds what a plain loop over all codes finds', async () => {
  const catalogue = [...first.slice(9), ...others.slice(0, 18).map((_, i) => added(i))];
  const release = await releaseParts(folder, catalogue);
  expect(release.delta?.segments).toHaveLength(1);
  const retriever = openParts(await openBundle());
  const counts = { wanted: 0, found: 0, wantedAdded: 0, foundAdded: 0 };
  // Of the same clusters, and no items; others are between an added item and one of them.
  const between = others.slice(0, 18).map((vector, i) => {
    const other = others[18 + i] as Float32Array;
    return normalised(vector.map((x, at) => x + 0.6 * (other[at] as number)));
  });
  for (const unit of [...others.slice(18, 138), ...between]) {
    const found = await retriever.nearest(unit, wanting(10));
    const ids = new Set(found.rows.map(({ row }) => row.id));
    for (const { id } of plainScores(release, catalogue, unit).slice(0, 10)) {
      const isAdded = id.startsWith('n');
      counts.wanted++;
      if (isAdded) counts.wantedAdded++;
      if (!ids.has(id)) continue;
      counts.found++;
      if (isAdded) counts.foundAdded++;
    }
  }
  expect(counts.found / counts.wanted).toBeGreaterThan(0.94);
  expect(counts.wantedAdded).toBeGreaterThan(20);
  expect(counts.foundAdded / counts.wantedAdded).toBeGreaterThan(0.94);
});

test('of many added items, a search reads the segments that are near, and finds what it finds without a delta', async () => {
  const catalogue = [...first, ...others.map((_, i) => added(i))];
  const limits = { changed: 0.4, segmentItems: 60 };
  const release = await releaseParts(folder, catalogue, { limits });
  expect(release.delta?.segments).toHaveLength(12);
  const { bundle, retriever } = await expectWhole(release, catalogue);
  const root = (await bundle.partsRoot()) as PartsRoot;
  const scorer = new ShardScorer(root);
  const coder = new LayeredCoder(root.layers);
  const few = { ...root, probing: { ...root.probing, most: 6 } };
  const tenOf = async (from: Retriever, unit: Float32Array, exact: boolean) =>
    (await from.nearest(unit, wanting(10, { exact }))).rows.map(({ row }) => row.id);
  const recallOf = async (from: Retriever) => {
    const counts = { wanted: 0, found: 0, wantedAdded: 0, foundAdded: 0 };
    for (const unit of queries.slice(0, 30)) {
      const found = new Set(await tenOf(from, unit, false));
      for (const id of await tenOf(from, unit, true)) {
        const isAdded = id.startsWith('n');
        counts.wanted++;
        if (isAdded) counts.wantedAdded++;
        if (!found.has(id)) continue;
        counts.found++;
        if (isAdded) counts.foundAdded++;
      }
    }
    return counts;
  };
  const now = await recallOf(retriever);
  const before = await recallOf(openParts(await Bundle.open(folderSource(built))));
  expect(before.wanted).toBe(300);
  expect(now.found).toBeGreaterThan(before.found - 9);
  expect(now.wantedAdded).toBeGreaterThan(30);
  expect(now.foundAdded).toBeGreaterThan(0.9 * now.wantedAdded);
  // With fewer shards a search leaves segments out, and none that has items of the nearest shard.
  let read = 0;
  for (const unit of queries.slice(0, 30)) {
    const shards = scorer.score(coder.code(unit).coarse);
    const segments = segmentsToRead(few, shards, 10);
    read += segments.length;
    const nearest = shards.distances.indexOf(Math.min(...shards.distances));
    const { homes, firstPosition, firstShard } = root.changes as PartsChanges;
    homes.forEach((home, i) => {
      if (home !== nearest) return;
      const position = firstPosition + i;
      const own = root.starts.findIndex((start, s) => s >= firstShard && start > position) - 1;
      expect(segments).toContain(own);
    });
    expect(segmentsToRead(few, shards, 41)).toHaveLength(12);
  }
  expect(read / 30).toBeLessThan(11);
});

test('shards are made anew when more than 3 % have changed, and the build says why', async () => {
  const some = (count: number) => first.slice(count);
  const said: string[] = [];
  const tell = (line: string) => said.push(line);
  expect(await deltaTo(folder, some(27), tell)).not.toBeNull();
  expect(said).toEqual([]);
  const copies = some(27).map((item, i) => ({ ...item, id: `x${i}` }));
  expect(await deltaTo(folder, [...first, ...copies].slice(0, COUNT + 28), tell)).toBeNull();
  expect(said).toEqual([
    'The index gets new shards, which visitors who come back download again: 28 items were added and 0 ' +
      'removed since they were made, more than 3 % of 900.',
  ]);
  const release = await releaseParts(folder, first.slice(0, 100), { threads: 1 });
  expect(release.delta).toBeNull();
  expect((await infoOf()).details[0]?.count).toBe(100);
  expect(await infoOf()).not.toHaveProperty('delta');
});

test('a damaged or missing file of the previous release: the build names it; another error is no reason for new shards', async () => {
  const names = Object.keys(await filesOfRelease());
  const fine = join(folder, names.find((name) => name.startsWith('fine-')) as string);
  const said: string[] = [];
  const tell = (line: string) => said.push(line);
  await writeFile(fine, 'damaged');
  expect(await deltaTo(folder, first.slice(1), tell)).toBeNull();
  await rm(fine);
  expect(await deltaTo(folder, first.slice(1), tell)).toBeNull();
  expect(said[0]).toContain(`: the previous release cannot be read whole: ${fine}: expected `);
  expect(said[1]).toContain(`: the previous release cannot be read whole: ${fine}: named by `);
  expect(said).toHaveLength(2);
  const { manifest } = await Bundle.open(folderSource(built));
  const plainOf = () => {
    throw new TypeError('a mistake of ours');
  };
  const rows = { items: items.slice(), plainOf, vectors: new Float32Array() };
  await expect(makeDelta(rows, built, manifest, tell)).rejects.toThrow('a mistake of ours');
});

test('shards are made anew for added items that the codes do not suit', async () => {
  // A catalogue of one half of the dimensions; then 33 items of the other half.
  const random = seededRandom(3);
  const half = (from: number, i: number): ReleaseItem => {
    const vector = Float32Array.from({ length: 24 }, (_, c) =>
      c >= from && c < from + 12 ? random() - 0.5 : 0.001 * random(),
    );
    const length = Math.hypot(...vector);
    const id = `h${from}-${String(i).padStart(4, '0')}`;
    return { id, image: `${id}.jpg`, vector: vector.map((x) => x / length) };
  };
  const one = Array.from({ length: 350 }, (_, i) => half(0, i));
  const own = join(root, 'halves');
  await releaseParts(own, one, { threads: 1 });
  const alike = Array.from({ length: 33 }, (_, i) => half(0, 2000 + i));
  const said: string[] = [];
  const delta = (more: readonly ReleaseItem[]) =>
    deltaTo(own, [...one, ...more], (line) => said.push(line), {
      changed: 0.1,
      segmentItems: 1200,
    });
  expect(await delta(alike)).not.toBeNull();
  const unlike = Array.from({ length: 33 }, (_, i) => half(12, i));
  expect(await delta(unlike)).toBeNull();
  // A single one would find no match but others.
  expect(await delta(unlike.slice(0, 1))).toBeNull();
  expect(said).toHaveLength(2);
  expect(said[0]).toMatch(
    /: the added photos are too different from those that the codes were made for\.$/,
  );
});
