/** An index in parts on a device, with the server stopped: all searches find what they find with it. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { releaseParts } from '../../scripts/bench/support/parts-release.ts';
import { CachedSource } from '../../src/cache/cached-source.ts';
import { partHashes } from '../../src/cache/part-store.ts';
import { Bundle } from '../../src/core/bundle/bundle.ts';
import { openParts } from '../../src/engine/parts/open-parts.ts';
import type { Wanted } from '../../src/engine/retriever.ts';
import { folderSource } from '../../src/node/search/folder-source.ts';
import { keepIndex, type PartsDevice } from '../../src/worker/keep-index.ts';
import { asked, cache, files, stop, store, url } from '../cache/shop-server.ts';
import { jugs } from '../support/parts/jugs.ts';
import { tempFolder } from '../support/temp.ts';
import { wanting } from '../support/vectors.ts';

const MOST = 8_000_000;
const { items, queries, vectorOf } = jugs(300);
const folder = await tempFolder();
const release = items.map((item, row) => ({ ...item, vector: vectorOf(row) }));
const vector = queries[0] as Float32Array;
const added = {
  id: 'new',
  image: 'new.jpg',
  title: 'New vase',
  vector: queries[31] as Float32Array,
};

beforeAll(async () => {
  await releaseParts(folder, release, { threads: 1 });
  const { delta } = await releaseParts(folder, [...release, added], { threads: 1 });
  expect(delta).not.toBeNull();
});

beforeEach(async () => {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isFile()) files.set(entry.name, await readFile(join(folder, entry.name)));
  }
});

const WANTED: Wanted[] = [
  wanting(10),
  wanting(20, { exact: true }),
  wanting(10, { text: 'jug 4' }),
  wanting(40, { filter: { rare: ['yes'] } }),
  wanting(10, { filter: { tone: { gte: 3, lte: 5 } } }),
];

/** @param isFull whether the device has no room */
function deviceOf(source: CachedSource, isFull = () => false): PartsDevice {
  return {
    read: (ref) => source.read(ref),
    readPart: (ref) => source.readPart(ref),
    lackingParts: (refs) => source.lackingParts(refs),
    stores: () => !isFull(),
  };
}

/** The hits of each search with their details. */
async function answers(bundle: Bundle) {
  const retriever = openParts(bundle);
  const found = [];
  for (const wanted of WANTED) {
    const { rows, lack } = await retriever.nearest(vector, wanted);
    expect(lack).toBeNull();
    found.push(await retriever.items(rows.map(({ row }) => row.id)));
  }
  return found;
}

test('the device has all that any search needs, and loads only what it lacks', async () => {
  const source = new CachedSource(url, cache(), { retryMs: [1] });
  const bundle = await Bundle.open(source);
  const retriever = openParts(bundle);
  await retriever.nearest(vector, wanting(10));
  const loaded = asked.filter((path) => path !== 'manifest.json');
  asked.length = 0;
  let turns = 0;
  const turn = async () => {
    turns++;
  };
  expect(await keepIndex(bundle.manifest, deviceOf(source), MOST, turn)).toBe(true);
  expect(asked.filter((path) => loaded.includes(path))).toEqual([]);
  expect(turns).toBe(asked.length);
  expect(turns).toBeGreaterThan(10);
  asked.length = 0;
  expect(await keepIndex(bundle.manifest, deviceOf(source), MOST, turn)).toBe(true);
  expect(asked).toEqual([]);
  stop();
  const later = new CachedSource(url, cache(), { release: bundle.manifest });
  const expected = await answers(await Bundle.open(folderSource(folder)));
  expect(await answers(await Bundle.open(later))).toEqual(expected);
});

test('an index that is larger than allowed is not begun', async () => {
  const source = new CachedSource(url, cache(), { retryMs: [1] });
  const { manifest } = await Bundle.open(source);
  const { index } = manifest;
  if (index.type !== 'parts') throw new Error('The index is not in parts.');
  const { bytes, details, titles } = index.parts;
  const known = [...details, ...titles].reduce((sum, set) => sum + set.bytes, bytes);
  const keep = (most: number) => keepIndex(manifest, deviceOf(source), most, async () => undefined);
  asked.length = 0;
  expect(await keep(known - 1)).toBe(false);
  expect(asked).toEqual([]);
  // With its postings it is larger, which its list and that of the delta say.
  expect(await keep(known)).toBe(false);
  expect(asked.map((path) => path.replace(/-.*/, ''))).toEqual(['listing', 'listing']);
});

test('without a file that the host has lost, the others are loaded', async () => {
  const source = new CachedSource(url, cache(), { retryMs: [1] });
  const { manifest } = await Bundle.open(source);
  const shards = [...files.keys()].filter((name) => name.startsWith('coarse-'));
  const lost = shards[3] as string;
  const bytes = files.get(lost) as Uint8Array;
  files.delete(lost);
  const keep = () => keepIndex(manifest, deviceOf(source), MOST, async () => undefined);
  expect(await keep()).toBe(false);
  expect(shards.filter((name) => !asked.includes(name))).toEqual([]);
  files.set(lost, bytes);
  asked.length = 0;
  expect(await keep()).toBe(true);
  expect(asked).toEqual([lost]);
});

test('on a device that is full nothing more is loaded, and the answer is no', async () => {
  const source = new CachedSource(url, cache(), { retryMs: [1] });
  const { manifest } = await Bundle.open(source);
  asked.length = 0;
  const isFull = () => asked.some((path) => path.startsWith('coarse-'));
  const kept = await keepIndex(manifest, deviceOf(source, isFull), MOST, async () => undefined);
  expect(kept).toBe(false);
  expect(asked.filter((path) => path.startsWith('coarse-'))).toHaveLength(1);
});

test('two tabs list the parts of both, so that the next release keeps them', async () => {
  const first = new CachedSource(url, cache(), { retryMs: [1] });
  const second = new CachedSource(url, cache(), { retryMs: [1] });
  const { manifest } = await Bundle.open(first);
  const other = openParts(await Bundle.open(second));
  // Reads the list before the other tab writes its own.
  await other.nearest(vector, wanting(1));
  await keepIndex(manifest, deviceOf(first), MOST, async () => undefined);
  await expect.poll(async () => (await partHashes(store)).length).toBeGreaterThan(100);
  const kept = await partHashes(store);
  await other.nearest(queries[1] as Float32Array, wanting(1));
  // Longer than the second tab waits before it writes.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const now = await partHashes(store);
  expect(kept.filter((hash) => !now.includes(hash))).toEqual([]);
});
