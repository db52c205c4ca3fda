/** A catalogue with copies of a picture: what the build says, and how searches answer. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { build } from '../../../../src/node/build/build.ts';
import type { BuildSummary } from '../../../../src/node/build/options.ts';
import { describeBuild } from '../../../../src/node/cli/build/describe.ts';
import { decodePhoto } from '../../../../src/node/photos/decode.ts';
import { openEngine } from '../../../../src/node/search/open-engine.ts';
import { soutu } from '../../../support/command/run-soutu.ts';
import { scene } from '../../../support/photos.ts';
import { tempFolder } from '../../../support/temp.ts';

const root = await tempFolder();
const photos = join(root, 'photos');
const out = join(root, 'out');
let summary: BuildSummary;

const building = () => build({ photos, out, bundleOnly: true, soft: false });

beforeAll(async () => {
  await mkdir(photos);
  for (const [i, name] of ['a', 'b', 'c', 'd'].entries()) {
    await scene(20 + i, 480, 360).toFile(join(photos, `${name}.png`));
  }
  const copies = {
    'b-again.jpg': scene(21, 480, 360).jpeg({ quality: 40 }),
    'a-small.webp': scene(20, 120, 90).webp(),
    'b-framed.png': scene(21, 480, 360).extend({ top: 40, bottom: 40, background: '#fff' }),
  };
  for (const [name, photo] of Object.entries(copies)) {
    await writeFile(join(photos, name), await photo.toBuffer());
  }
  summary = await building();
});

test('the build finds them, resized, compressed again or with a border', async () => {
  expect(summary.copies).toEqual([
    ['a-small.webp', 'a.png'],
    ['b-again.jpg', 'b-framed.png', 'b.png'],
  ]);
  expect(summary.counts.copies).toBe(3);
  const report = JSON.parse(await readFile(join(out, 'report.json'), 'utf8'));
  expect(report.copies).toEqual(summary.copies);
  expect(
    describeBuild(summary, { bundleOnly: true }).find((line) => line.startsWith('Copies')),
  ).toBe(
    'Copies: 3 photos show the same picture as another, and results fold them below it (such as ' +
      `${summary.copies[0]?.slice(0, 2).join(' and ')}; all of them: ${join(out, 'report.html')})`,
  );
});

test('a search shows each picture once, with its copies', async () => {
  const engine = await openEngine(out);
  const { image } = await decodePhoto(join(photos, 'b.png'));
  const { hits, total } = await engine.search({ photo: image });
  expect(hits[0]).toMatchObject({ id: 'b.png', more: [] });
  expect(hits[0]?.copies.map(({ id }) => id).sort()).toEqual(['b-again.jpg', 'b-framed.png']);
  expect(total).toBe(4);
  const listed = await engine.search({ photo: image }, { foldCopies: false });
  expect(listed.total).toBe(7);
  expect(listed.hits.every(({ copies }) => copies.length === 0)).toBe(true);
  // "More like this" on a picture does not answer with the same picture.
  const similar = await engine.search({ id: 'b.png' });
  expect(similar.hits.map(({ id }) => id).sort()).toEqual(['a.png', 'c.png', 'd.png']);
  await engine.dispose();
});

test('soutu query names their number, and lists them with --list-copies', async () => {
  const folded = await soutu('query', out, join(photos, 'b.png'));
  expect(folded.stdout).toMatch(/^ {2}1 {2}1\.0000 {2}b\.png +B {2}\(\+2 copies\)$/m);
  const listed = await soutu('query', out, join(photos, 'b.png'), '--list-copies');
  expect(listed.stdout.match(/^ +\d+ /gm)).toHaveLength(7);
});

test('a rebuild that decodes no photo finds the same', async () => {
  const again = await building();
  expect(again.counts.unchanged).toBe(7);
  expect(again.copies).toEqual(summary.copies);
});
