/** How a build finds and keeps the weight of colours, with the real model. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { Bundle } from '../../../../src/core/bundle/bundle.ts';
import { asStored } from '../../../../src/core/bundle/vectors.ts';
import { dot } from '../../../../src/core/vector/arithmetic.ts';
import { seededRandom } from '../../../../src/core/vector/random.ts';
import { build } from '../../../../src/node/build/build.ts';
import type { BuildOptions } from '../../../../src/node/build/options.ts';
import { describeColour } from '../../../../src/node/cli/build/describe-choices.ts';
import { averagedOf } from '../../../../src/node/cli/eval/averaged.ts';
import { decodePhoto } from '../../../../src/node/photos/decode.ts';
import { openFolderSource } from '../../../../src/node/search/folder-source.ts';
import { openEngine } from '../../../../src/node/search/open-engine.ts';
import { soutu } from '../../../support/command/run-soutu.ts';
import { tempFolder } from '../../../support/temp.ts';

const root = await tempFolder();
const photos = join(root, 'photos');
const GROUPS = 9;

/** Groups are things of one colour and any shape. */
beforeAll(async () => {
  await mkdir(photos);
  const random = seededRandom(11);
  const items = [];
  for (let i = 0; i < GROUPS * 3; i++) {
    const group = Math.floor(i / 3);
    const fill = `hsl(${group * 40},70%,50%)`;
    const at = () => Math.floor(random() * 100);
    const shapes = Array.from({ length: 4 }, () =>
      random() < 0.5
        ? `<rect x="${at()}" y="${at()}" width="${20 + at()}" height="${20 + at()}" fill="${fill}"/>`
        : `<circle cx="${at()}" cy="${at()}" r="${10 + at() / 2}" fill="${fill}"/>`,
    );
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="128" height="128"><rect width="128" height="128" fill="#ccc"/>${shapes.join('')}</svg>`;
    await sharp(Buffer.from(svg))
      .png()
      .toFile(join(photos, `${i}.png`));
    items.push({ id: `item ${i}`, image: `${i}.png`, group: `group ${group}` });
  }
  await writeFile(join(photos, 'catalogue.json'), JSON.stringify({ items }));
});

const bundle = async (out: string) => Bundle.open(await openFolderSource(out));
const run = (out: string, options: Partial<BuildOptions> = {}) =>
  build({
    photos: join(photos, 'catalogue.json'),
    out,
    bundleOnly: true,
    threads: 1,
    soft: false,
    ...options,
  });

test('the weight is measured, stored, and applied to queries, too', async () => {
  const out = join(root, 'measured');
  const { colour } = await run(out);
  expect(colour).toMatchObject({ by: 'measured', weight: 0.4 });
  expect(colour?.measured.map(({ weight }) => weight)).toEqual([0, 0.1, 0.2, 0.3, 0.4]);
  const { manifest } = await bundle(out);
  expect(manifest.index.colourWeight).toBe(0.4);
  expect(manifest.model.colour?.weight).toBe(0.3);

  // The share of the colours in a unit vector is 0.4² of 1 + 0.4²: in the catalogue's and in a query's.
  const vectors = await (await bundle(out)).vectors();
  const colours = vectors.subarray(305 - 49, 305);
  expect(dot(colours, colours)).toBeCloseTo(0.16 / 1.16, 2);
  const engine = await openEngine(out, 'deterministic');
  const { image } = await decodePhoto(join(photos, '4.png'));
  const [best] = (await engine.search({ photo: image })).hits;
  expect([best?.id, best?.score.toFixed(3)]).toEqual(['item 4', '1.000']);
  await engine.dispose();
});

test('a rebuild gives the same bytes; another given weight, other vectors', async () => {
  const out = join(root, 'again');
  await run(out);
  const first = (await bundle(out)).manifest;
  await run(out);
  expect((await bundle(out)).manifest).toEqual(first);
  const { colour } = await run(out, { colour: 0 });
  expect(colour).toEqual({ by: 'option', weight: 0, measured: [] });
  const { manifest } = await bundle(out);
  expect(manifest.index.colourWeight).toBe(0);
  expect(manifest.archive).toEqual(first.archive);
  expect(manifest.index.vectors).not.toEqual(first.index.vectors);
});

test('without groups the model decides; a rebuild keeps the previous release', async () => {
  const out = join(root, 'folder');
  expect((await run(out, { photos })).colour).toEqual({ by: 'default', weight: 0.3, measured: [] });
  await run(out, { photos, colour: 0.1 });
  expect((await run(out, { photos })).colour).toEqual({ by: 'default', weight: 0.1, measured: [] });
  expect((await run(out, { photos, fresh: true })).colour?.weight).toBe(0.3);
});

test('--colour is a number from 0 to 1, or off', async () => {
  const out = join(root, 'off');
  const args = [
    'build',
    photos,
    '--bundle-only',
    '--out',
    out,
    '--verbose',
    '--no-soft',
    '--colour',
  ];
  const off = await soutu(...args, 'off');
  expect(off.stderr).toContain('Colours: not compared, as --colour says');
  expect((await bundle(out)).manifest.index.colourWeight).toBe(0);
  const wrong = await soutu(...args, 'red');
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain('--colour must be a number from 0 to 1, got "red".');
  await expect(run(out, { colour: 2 })).rejects.toThrow(
    'build: "colour" must be a number from 0 to 1, got 2.',
  );
});

test('the lines of the build say why', () => {
  expect(describeColour(null)).toEqual([]);
  expect(describeColour({ by: 'default', weight: 0.3, measured: [] })).toEqual([
    'Colours: weight 0.3 (not measured: fewer than 8 groups have two different photos)',
  ]);
  const measured = [
    { weight: 0, mAP: 0.5 },
    { weight: 0.1, mAP: 0.5125 },
  ];
  expect(describeColour({ by: 'measured', weight: 0, measured })).toEqual([
    "Colours: not compared, measured on the catalogue's groups (mean average precision 0.500 at 0, 0.512 at 0.1)",
  ]);
});

test('--neighbours: the index has the averaged vectors, the archive the plain ones; eval leaves queries out', async () => {
  const out = join(root, 'averaged');
  const catalogue = join(photos, 'catalogue.json');
  const args = ['build', catalogue, '--bundle-only', '--out', out, '--no-soft', '--json'];
  const built = await soutu(...args, '--neighbours', '2');
  expect(built.code).toBe(0);
  expect(JSON.parse(built.stdout)).toMatchObject({ neighbours: { neighbours: 2, by: 'option' } });
  const averagedBundle = await bundle(out);
  expect(averagedBundle.manifest.index.neighbours).toBe(2);
  const averaged = await averagedOf(averagedBundle);
  expect(asStored(averaged?.vectors as Float32Array, 305)).toEqual(await averagedBundle.vectors());
  expect(averaged?.vectors).not.toEqual(averaged?.plain);
  // Each photo is a query that is in no average, so eval finds what a build without it would find.
  const { stdout } = await soutu('eval', out, '--json');
  const items = await averagedBundle.columns();
  const right = items.filter(({ group }, row) => {
    averaged?.leaveOut(row);
    const at = (all: Float32Array, other: number) => all.subarray(other * 305, (other + 1) * 305);
    const query = at(averaged?.plain as Float32Array, row);
    const scores = items.map((_, other) =>
      other === row ? -2 : dot(query, at(averaged?.vectors as Float32Array, other)),
    );
    return items[scores.indexOf(Math.max(...scores))]?.group === group;
  });
  expect(JSON.parse(stdout).top1).toBeCloseTo(right.length / items.length, 6);
  for (const wrong of ['0', '11', 'many']) {
    const { code, stderr } = await soutu(...args, '--neighbours', wrong);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--neighbours')]);
  }
});
