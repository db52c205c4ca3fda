import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { pruneCache } from '../../../../../src/node/build/previous/photos/prune-cache.ts';
import { tempFolder } from '../../../../support/temp.ts';

const root = await tempFolder();
const DAY_MS = 24 * 60 * 60 * 1000;
const now = Date.now();
let folders = 0;
let cache = '';

/** Entries of 1,000 bytes, that many days old. */
async function write(kind: string, name: string, days: number): Promise<void> {
  const folder = join(cache, kind, name.slice(0, 2));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), Buffer.alloc(1000));
  const used = new Date(now - days * DAY_MS);
  await utimes(join(folder, name), used, used);
}

const namesIn = async (kind: string) =>
  (await readdir(join(cache, kind), { recursive: true })).filter((name) => name.length > 2).sort();

beforeEach(async () => {
  cache = join(root, String(folders++));
  for (let i = 0; i < 10; i++) await write('vectors', `a${i}-entry`, i);
  await write('thumbs', 'b0-old', 91);
  await write('thumbs', 'b1-left.tmp', 2);
  await write('thumbs', 'b2-new.tmp', 0);
});

test('a full cache: what was used the longest time ago goes first, and what nobody uses', async () => {
  await pruneCache(cache, 11_000, 10_000, now);
  // 80 % of the limit are left: 7 entries and a file that is being written.
  const left = Array.from({ length: 7 }, (_, i) => join(`a${i}`, `a${i}-entry`));
  expect(await namesIn('vectors')).toEqual(left);
  expect(await namesIn('thumbs')).toEqual([join('b2', 'b2-new.tmp')]);
  expect(JSON.parse(await readFile(join(cache, 'size.json'), 'utf8'))).toEqual({
    bytes: 8000,
    at: now,
  });
});

test('a cache that is not full is counted once a week only', async () => {
  const size = join(cache, 'size.json');
  await writeFile(size, JSON.stringify({ bytes: 5000, at: now - 6 * DAY_MS }));
  await pruneCache(cache, 1000, 100_000, now);
  expect(JSON.parse(await readFile(size, 'utf8'))).toEqual({ bytes: 6000, at: now - 6 * DAY_MS });
  expect(await namesIn('thumbs')).toHaveLength(3);
  await writeFile(size, JSON.stringify({ bytes: 5000, at: now - 8 * DAY_MS }));
  await pruneCache(cache, 0, 100_000, now);
  expect(JSON.parse(await readFile(size, 'utf8'))).toEqual({ bytes: 11_000, at: now });
});

test('a damaged record of the size: all is counted again', async () => {
  await writeFile(join(cache, 'size.json'), '{"bytes":');
  await pruneCache(cache, 0, 10_000, now);
  expect(await namesIn('vectors')).toHaveLength(7);
});
