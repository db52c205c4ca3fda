/** Vectors for soft photos, built with the real model. */
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { Bundle } from '../../../src/core/bundle/bundle.ts';
import { cosine } from '../../../src/core/vector/arithmetic.ts';
import { placed } from '../../../src/core/vector/space.ts';
import { build } from '../../../src/node/build/build.ts';
import type { BuildSummary } from '../../../src/node/build/options.ts';
import { decodePhoto } from '../../../src/node/photos/decode.ts';
import { openFolderSource } from '../../../src/node/search/folder-source.ts';
import { openEngine } from '../../../src/node/search/open-engine.ts';
import { soutu } from '../../support/command/run-soutu.ts';
import { scene } from '../../support/photos.ts';
import { tempFolder } from '../../support/temp.ts';

const root = await tempFolder();
const photos = join(root, 'photos');
const out = join(root, 'bundle');
const NAMES = ['a.png', 'b.png', 'c.png', 'd.png'];

const open = async (folder: string) => Bundle.open(await openFolderSource(folder));
const options = { photos, bundleOnly: true, threads: 1 };
let summary: BuildSummary;

beforeAll(async () => {
  await mkdir(photos);
  for (const [i, name] of NAMES.entries())
    await scene(i + 1, 300, 260)
      .png()
      .toFile(join(photos, name));
  summary = await build({ ...options, out });
});

test('each item has a second vector: that of its photo at 64 × 64', async () => {
  const bundle = await open(out);
  const vectors = await bundle.softVectors();
  const sharpVectors = await bundle.vectors();
  const engine = await openEngine(out, 'deterministic');
  const { dimension } = bundle.manifest.index;
  for (const [row, name] of NAMES.entries()) {
    // The oracle shrinks with libvips instead of our own code, so the pixels differ in rounding only.
    const path = join(root, `small-${name}`);
    await sharp(join(photos, name)).resize(64, 64, { fit: 'fill', kernel: 'linear' }).toFile(path);
    const { image } = await decodePhoto(path);
    const { vector } = await engine.search({ photo: image });
    const own = vectors?.slice(row * dimension, (row + 1) * dimension) as Float32Array;
    const expected = placed(vector as Float32Array, bundle.space);
    const sharpRow = sharpVectors.subarray(row * dimension, (row + 1) * dimension);
    expect(cosine(expected, own)).toBeGreaterThan(0.95);
    expect(cosine(expected, own)).toBeGreaterThan(cosine(expected, sharpRow));
  }
  await engine.dispose();
});

test('a photo that is soft itself finds itself with a score of 1', async () => {
  const small = join(root, 'small');
  await mkdir(small);
  for (const [i, name] of NAMES.entries()) {
    await scene(i + 1, 60, 48)
      .png()
      .toFile(join(small, name));
  }
  const folder = join(root, 'of-small');
  await build({ ...options, photos: small, out: folder });
  const engine = await openEngine(folder, 'deterministic');
  for (const name of NAMES) {
    const { image } = await decodePhoto(join(small, name));
    const answer = await engine.search({ photo: image });
    expect([answer.soft, answer.hits[0]?.id]).toEqual([true, name]);
    expect(answer.hits[0]?.score).toBeCloseTo(1, 3);
  }
  await engine.dispose();
});

test('a thumbnail finds its own photo there', async () => {
  const engine = await openEngine(out, 'deterministic');
  for (const name of NAMES) {
    const path = join(root, `thumb-${name}`);
    await sharp(join(photos, name)).resize(64, 64, { fit: 'inside' }).toFile(path);
    const { image } = await decodePhoto(path);
    const answer = await engine.search({ photo: image });
    expect([answer.soft, answer.hits[0]?.id]).toEqual([true, name]);
  }
  await engine.dispose();
});

test('the summary says how large they are; the same photos give the same files', async () => {
  expect(summary.bytes.soft).toBeGreaterThan(NAMES.length * 256 * 2);
  const again = join(root, 'again');
  await build({ ...options, out: again, soft: true });
  expect((await readdir(again)).sort()).toEqual((await readdir(out)).sort());
  expect((await open(again)).manifest).toEqual((await open(out)).manifest);
});

test('--no-soft leaves them out; together with --soft it is refused', async () => {
  const without = join(root, 'without');
  const args = ['build', photos, '--bundle-only', '--out', without, '--no-soft'];
  expect((await soutu(...args, '--json')).code).toBe(0);
  const bundle = await open(without);
  expect(bundle.manifest.index).not.toHaveProperty('soft');
  expect(await bundle.softVectors()).toBeNull();
  const { code, stderr } = await soutu(...args, '--soft');
  expect(code).toBe(2);
  expect(stderr).toContain('Give --soft or --no-soft, not both.');
});
