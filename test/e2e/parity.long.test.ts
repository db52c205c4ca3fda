// biome-ignore-all lint/suspicious/noConsole: the measured figures belong in the report
/** Node and browser: the same file gives the same vector, and the same answer. */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { cosine } from '../../src/core/vector/arithmetic.ts';
import type { SearchEngine } from '../../src/engine/search-engine.ts';
import { decodePhoto } from '../../src/node/photos/decode.ts';
import { openEngine } from '../../src/node/search/open-engine.ts';
import { buildSite } from '../support/command/build-site.ts';
import { oriented } from './support/photos.ts';

import { hitsOf, search, visit } from './support/visit.ts';

const site = inject('sampleSite');
const PRODUCE = resolve('../shared/data/produce/images');
const hasProduce = existsSync(PRODUCE);

let folder: string;
let engine: SearchEngine;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'soutu-parity-'));
  engine = await openEngine(site);
});

afterAll(async () => {
  await engine.dispose();
  await rm(folder, { recursive: true, force: true });
});

test('20 JPEG files, among them all eight EXIF orientations: cosine at least 0.999', async () => {
  const files: string[] = [];
  for (let orientation = 1; orientation <= 8; orientation++) {
    const { name, buffer } = await oriented(orientation);
    files.push(join(folder, name));
    await writeFile(join(folder, name), buffer);
  }
  const others = hasProduce ? PRODUCE : resolve('public/sample/queries');
  const names = (await readdir(others)).filter((name) => name.endsWith('.jpg')).sort();
  for (let i = 0; i < 12; i++) {
    files.push(join(others, names[Math.floor((i * names.length) / 12)] as string));
  }
  expect(files).toHaveLength(20);

  const { page } = await visit(site);
  let worst = 1;
  const upright: Float32Array[] = [];
  for (const path of files) {
    const { vector } = await hitsOf(search(page, path));
    const { image } = await decodePhoto(path);
    const inNode = await engine.embed(image);
    worst = Math.min(worst, cosine(Float32Array.from(vector), inNode));
    if (path.includes('exif-')) upright.push(inNode);
  }
  console.info(`Node and Chromium, 20 JPEG files: smallest cosine ${worst.toFixed(6)}`);
  expect(worst).toBeGreaterThanOrEqual(0.999);
  // Both sides could be wrong alike: turned by its tag, every file shows the same picture.
  for (const vector of upright) {
    expect(cosine(vector, upright[0] as Float32Array)).toBeGreaterThan(0.99);
  }
});

test.skipIf(!hasProduce)(
  `50 held-out photos: the same best hit as on the command line in at least 49${hasProduce ? '' : ' (skipped: ../shared is not here)'}`,
  async () => {
    const names = (await readdir(PRODUCE)).filter((name) => name.endsWith('.jpg')).sort();
    const heldOut = names.filter((_, i) => i % 5 === 0);
    expect(heldOut).toHaveLength(50);
    const catalogue = names
      .filter((name) => !heldOut.includes(name))
      .map((name) => ({ id: name, image: join(PRODUCE, name) }));
    await writeFile(join(folder, 'catalogue.json'), JSON.stringify(catalogue));
    const built = join(folder, 'produce');
    await buildSite(join(folder, 'catalogue.json'), built, ['--no-soft']);

    const produce = await openEngine(built);
    const { page } = await visit(built);
    let same = 0;
    for (const name of heldOut) {
      const [inNode, inBrowser] = await Promise.all([
        decodePhoto(join(PRODUCE, name)).then(({ image }) => produce.search({ photo: image })),
        hitsOf(search(page, join(PRODUCE, name))),
      ]);
      if (inBrowser.hits[0]?.id === inNode.hits[0]?.id) same++;
    }
    await produce.dispose();
    console.info(`Chromium and command line: the same best hit for ${same} of 50 photos`);
    expect(same).toBeGreaterThanOrEqual(49);
  },
  // It embeds 200 photos for the index and 50 twice.
  180_000,
);

test('held-out views of the sample find their own piece first in at least 90 %', async () => {
  const truth = (await readFile('public/sample/queries.tsv', 'utf8')).trim().split('\n');
  let found = 0;
  for (const line of truth) {
    const [path = '', group] = line.split('\t');
    const { image } = await decodePhoto(join('public/sample', path));
    const { hits } = await engine.search({ photo: image });
    if (hits[0]?.group === group) found++;
  }
  console.info(
    `Sample shop: ${found} of ${truth.length} held-out views find their own piece first`,
  );
  expect(truth).toHaveLength(98);
  expect(found / truth.length).toBeGreaterThanOrEqual(0.9);
});
