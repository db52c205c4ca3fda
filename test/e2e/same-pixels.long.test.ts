// biome-ignore-all lint/suspicious/noConsole: the measured figures belong in the report
/** Colour tags, profiles, HDR, inks, depth, animation and orientation: both sides see the same pixels. */
import { writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { cosine } from '../../src/core/vector/arithmetic.ts';
import type { SearchEngine } from '../../src/engine/search-engine.ts';
import { decodePhoto } from '../../src/node/photos/decode.ts';
import { openEngine } from '../../src/node/search/open-engine.ts';
import { damagedKinds, imageKinds } from '../support/image/kinds.ts';
import { tempFolder } from '../support/temp.ts';
import { hitsOf, search, visit } from './support/visit.ts';

const site = inject('sampleSite');
const folder = await tempFolder();
let engine: SearchEngine;

beforeAll(async () => {
  engine = await openEngine(site);
});
afterAll(() => engine.dispose());

/** What the build reads of a file, and its vector as a query, as the page's: without borders. */
async function builtFrom(path: string) {
  const { image: photo, damage } = await decodePhoto(path);
  const { vector } = await engine.search({ photo }, { size: 1 });
  if (!vector) throw new Error('expected a vector');
  return { damage, vector };
}

test('about 80 kinds of files: cosine between build and Chromium at least 0.99', async () => {
  const { page } = await visit(site);
  const different: string[] = [];
  let worst = 1;
  const kinds = await imageKinds();
  for (const [name, buffer] of kinds) {
    const path = join(folder, name);
    await writeFile(path, buffer);
    const mimeType = `image/${extname(name).slice(1).replace('jpg', 'jpeg')}`;
    const [{ vector }, { damage, vector: built }] = await Promise.all([
      hitsOf(search(page, { name, mimeType, buffer })),
      builtFrom(path),
    ]);
    const same = cosine(Float32Array.from(vector), built);
    worst = Math.min(worst, same);
    if (!(same >= 0.99) || damage !== null) different.push(`${name}: ${same.toFixed(4)}`);
  }
  console.info(
    `${kinds.size} kinds of files, build and Chromium: smallest cosine ${worst.toFixed(4)}`,
  );
  expect(kinds.size).toBeGreaterThanOrEqual(75);
  expect(different).toEqual([]);
}, 180_000);

test('damaged files: the same part is read, and both sides say so', async () => {
  const { page } = await visit(site);
  const cosines = new Map<string, string>();
  let worst = 1;
  for (const [name, buffer] of await damagedKinds()) {
    const path = join(folder, name);
    await writeFile(path, buffer);
    const mimeType = `image/${extname(name).slice(1).replace('jpg', 'jpeg')}`;
    const [{ vector, notices }, { damage, vector: built }] = await Promise.all([
      hitsOf(search(page, { name, mimeType, buffer })),
      builtFrom(path),
    ]);
    const same = cosine(Float32Array.from(vector), built);
    worst = Math.min(worst, same);
    cosines.set(name, same.toFixed(4));
    // The build says nothing if only the end marker is missing: not a pixel is lost.
    const isWhole = /^no-end|^stray/.test(name);
    expect(damage === null, name).toBe(isWhole);
    if (!isWhole) expect(notices.map(({ code }) => code)).toEqual(['photo-damaged']);
  }
  console.info(`${cosines.size} damaged files: smallest cosine ${worst.toFixed(4)}`);
  expect(worst, JSON.stringify([...cosines])).toBeGreaterThanOrEqual(0.99);
});
