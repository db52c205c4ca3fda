/**
 * `kill -9` at random moments of a build: a reader always finds one whole release, and the next build writes the bytes of
 * an undisturbed one. With an order of files that differs each time.
 */
import { copyFile, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { Bundle } from '../../../src/core/bundle/bundle.ts';
import { filesOf } from '../../../src/core/bundle/manifest-files.ts';
import { seededRandom, shuffled } from '../../../src/core/vector/random.ts';
import { folderSource } from '../../../src/node/search/folder-source.ts';
import { startSoutu } from '../../support/command/run-soutu.ts';
import { folderBytes } from '../../support/folder-bytes.ts';
import { writePhotos } from '../../support/photos.ts';
import { tempFolder } from '../../support/temp.ts';

/** Thirty take a minute: SOUTU_KILLS=30 npx vitest run --project=node-long test/node/build/killed.long.test.ts */
const KILLS = Number(process.env.SOUTU_KILLS ?? 5);
const SEED = 20_261_127;
const root = await tempFolder();
const photos = join(root, 'photos');
const before = join(root, 'before');
const flags = ['--bundle-only', '--no-report', '--threads', '1'];

/** In an order of its own: file systems list names in the order of their creation, or by a hash. */
async function writeShuffled(folder: string, names: readonly string[], random: () => number) {
  await mkdir(folder, { recursive: true });
  for (const name of shuffled([...names], random))
    await copyFile(join(photos, name), join(folder, name));
}

async function finish(from: string, out: string, cache: string): Promise<void> {
  const { code, stderr } = await run(from, out, cache).ended;
  expect(stderr).toContain('photos indexed');
  expect(code).toBe(0);
}

function run(from: string, out: string, cache: string) {
  return startSoutu(['build', from, '--out', out, ...flags], { SOUTU_CACHE: cache });
}

/** The items of the release that a reader finds now, whose files are all there; 0 if there is none yet. */
async function itemsNow(out: string): Promise<number> {
  for (;;) {
    const text = await readFile(join(out, 'manifest.json'), 'utf8').catch(() => null);
    if (text === null) return 0;
    try {
      const source = folderSource(out, JSON.parse(text));
      const bundle = await Bundle.open(source);
      for (const ref of filesOf(bundle.manifest)) await source.read(ref);
      for (const { thumb } of await bundle.items()) await readFile(join(out, thumb as string));
      return bundle.count;
    } catch (error) {
      // As readers do: a release may be replaced while it is read, but only once.
      const again = await readFile(join(out, 'manifest.json'), 'utf8');
      if (again === text) throw error;
    }
  }
}

beforeAll(async () => {
  const seeds = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`${i}.png`, i + 1]));
  await writePhotos(photos, seeds);
  await writePhotos(before, { 'a.png': 100, 'b.png': 101 });
});

test(`killed ${KILLS} times, then built: the bytes of an undisturbed build`, async () => {
  const random = seededRandom(SEED);
  const names = await readdir(photos);
  const expected = join(root, 'expected');
  const started = performance.now();
  await finish(photos, expected, join(root, 'cache-expected'));
  const whole = performance.now() - started;
  const out = join(root, 'out');
  const cache = join(root, 'cache');
  const counts = new Set<number>();
  for (let i = 0; i < KILLS; i++) {
    // Now and then from the start, as a first build. The cache usually stays, as after any interruption.
    if (i % 10 === 0) await rm(out, { recursive: true, force: true });
    if (i % 5 === 0) await rm(cache, { recursive: true, force: true });
    const folder = join(root, 'shuffled');
    await rm(folder, { recursive: true, force: true });
    await writeShuffled(folder, names, random);
    const { child, ended } = run(folder, out, cache);
    let isRunning = true;
    const reader = (async () => {
      while (isRunning) {
        counts.add(await itemsNow(out));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    const timer = setTimeout(() => child.kill('SIGKILL'), random() * whole * 1.1);
    await ended;
    clearTimeout(timer);
    isRunning = false;
    await reader;
  }
  expect([...counts].every((count) => count === 0 || count === names.length)).toBe(true);
  await finish(join(root, 'shuffled'), out, cache);
  await finish(join(root, 'shuffled'), out, cache);
  expect(await folderBytes(out)).toEqual(await folderBytes(expected));
}, 600_000);
