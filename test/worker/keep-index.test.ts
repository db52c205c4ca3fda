/** An index in parts on a device, with the server stopped: all searches find what they find with it. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { releaseParts } from '../../scripts/bench/support/parts-release.ts';
import { CachedSource } from '../../src/cache/cached-source.ts';
import { Bundle } from '../../src/core/bundle/bundle.ts';
import { openParts } from '../../src/engine/parts/open-parts.ts';
import type { Wanted } from '../../src/engine/retriever.ts';
import { folderSource } from '../../src/node/search/folder-source.ts';
import { keepIndex } from '../../src/worker/keep-index.ts';
import { asked, cache, files, stop, url } from '../cache/shop-server.ts';
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
  expect(await keepIndex(bundle.manifest, source, MOST, turn)).toBe(true);
  expect(asked.filter((path) => loaded.includes(path))).toEqual([]);
  expect(turns).toBe(asked.length);
  expect(turns).toBeGreaterThan(10);
  asked.length = 0;
  expect(await keepIndex(bundle.manifest, source, MOST, turn)).toBe(true);
  expect(asked).toEqual([]);
  stop();
  const later = new CachedSource(url, cache(), { release: bundle.manifest });
  const expected = await answers(await Bundle.open(folderSource(folder)));
  expect(await answers(await Bundle.open(later))).toEqual(expected);
});

test('an index that is larger than allowed is not begun', async () => {
  const source = new CachedSource(url, cache(), { retryMs: [1] });
  const { manifest } = await Bundle.open(source);
  asked.length = 0;
  expect(await keepIndex(manifest, source, 10_000, async () => undefined)).toBe(false);
  // These files alone say how large it is.
  expect(asked.map((path) => path.replace(/-.*/, ''))).toEqual(['listing', 'listing']);
});

test('a file that fails is an error, and what came before it stays', async () => {
  const source = new CachedSource(url, cache(), { retryMs: [1] });
  const { manifest } = await Bundle.open(source);
  const coarse = [...files.keys()].filter((name) => name.startsWith('coarse-'));
  const lost = coarse.at(-1) as string;
  const bytes = files.get(lost) as Uint8Array;
  files.delete(lost);
  const turn = async () => undefined;
  await expect(keepIndex(manifest, source, MOST, turn)).rejects.toThrow(lost);
  files.set(lost, bytes);
  const before = asked.length;
  expect(await keepIndex(manifest, source, MOST, turn)).toBe(true);
  const again = asked.slice(before);
  expect(again).toContain(lost);
  expect(again.filter((path) => asked.slice(0, before - 1).includes(path))).toEqual([]);
});
