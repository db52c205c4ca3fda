/** Borders are cut away on both sides of a search: from the catalogue's photos and from queries. */
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { smallBundle } from '../../../scripts/fuzz/small-bundle.ts';
import { trimFrame } from '../../../src/core/image/trim.ts';
import { decodePhoto } from '../../../src/node/photos/decode.ts';
import { openEngine } from '../../../src/node/search/open-engine.ts';
import { soutu } from '../../support/command/run-soutu.ts';
import { scene, writePhotos } from '../../support/photos.ts';
import { tempFolder } from '../../support/temp.ts';

const root = await tempFolder();
const photos = join(root, 'photos');
const trimmed = join(root, 'trimmed');
const whole = join(root, 'whole');
const query = join(root, 'query.png');

const bordered = (seed: number, part: number) =>
  scene(seed, 480, 360).extend({
    left: Math.round(480 * part),
    right: Math.round(480 * part),
    top: Math.round(360 * part),
    bottom: Math.round(360 * part),
    background: '#000',
  });

beforeAll(async () => {
  await writePhotos(photos, { 'a.png': 1, 'b.png': 2, 'c.png': 3, 'd.png': 4 });
  await bordered(5, 0.2).toFile(join(photos, 'e.png'));
  await bordered(2, 0.3).toFile(query);
});

test('the build counts trimmed photos, and the manifest tells queries to do the same', async () => {
  const { counts } = await smallBundle(photos, trimmed);
  expect(counts).toMatchObject({ indexed: 5, trimmed: 1 });
  const engine = await openEngine(trimmed);
  expect(engine.bundle.manifest.items.trimmed).toBe(true);
  const { image } = await decodePhoto(query);
  const { hits, frame } = await engine.search({ photo: image }, { minScore: -1 });
  expect(hits[0]).toMatchObject({ id: 'b.png' });
  expect(hits[0]?.score).toBeGreaterThan(0.97);
  expect(frame).toEqual(trimFrame(image));
  // The bordered photo of the catalogue is found by the photo without a border.
  const { data, info } = await scene(5, 480, 360)
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const inner = { width: info.width, height: info.height, data };
  const found = await engine.search({ photo: inner }, { minScore: -1 });
  expect(found.frame).toBeNull();
  expect(found.hits[0]).toMatchObject({ id: 'e.png' });
  expect(found.hits[0]?.score).toBeGreaterThan(0.97);
  const untrimmed = await engine.search({ photo: image, trim: false }, { minScore: -1 });
  expect(untrimmed.frame).toBeNull();
  expect(untrimmed.hits[0]?.score).toBeLessThan(0.9);
  await engine.dispose();
});

test('thumbnails show the whole photo', async () => {
  const engine = await openEngine(trimmed);
  const [{ thumbSize } = {}] = await engine.retriever.items(['e.png'], {});
  expect(thumbSize).toEqual([64, 48]);
  await engine.dispose();
});

test('without trimming: neither side is trimmed', async () => {
  const { counts } = await smallBundle(photos, whole, { trim: false });
  expect(counts).toMatchObject({ indexed: 5, trimmed: 0 });
  const engine = await openEngine(whole);
  expect(engine.bundle.manifest.items).not.toHaveProperty('trimmed');
  const { image } = await decodePhoto(query);
  expect((await engine.search({ photo: image })).frame).toBeNull();
  await engine.dispose();
});

test('soutu query says so, and --no-trim searches the whole photo', async () => {
  const ran = await soutu('query', trimmed, query, '--min-score', '-1');
  expect(ran.stderr).toMatch(
    /^Borders were cut away; \d\d % of the photo was searched\. To search all of it: --no-trim\n/,
  );
  expect(ran.stdout).toMatch(/^ +1 +\d\.\d{4} +b\.png/m);
  const all = await soutu('query', trimmed, query, '--no-trim', '--json');
  expect(all.stderr).toBe('');
  expect(JSON.parse(all.stdout)).toMatchObject({ frame: null });
});

test('soutu build prints the number of trimmed photos', async () => {
  const out = join(root, 'printed');
  const ran = await soutu('build', photos, '--out', out, '--bundle-only', '--verbose');
  expect(ran.stderr).toMatch(/\nBorders were cut away from 1 photo\.\n/);
  const not = await soutu('build', photos, '--out', out, '--bundle-only', '--no-trim', '--verbose');
  expect(not.stderr).not.toMatch(/Borders/);
});
