/** How much of a bundle changes from one release to the next: what its owner has to upload. */
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { Bundle } from '../../../src/core/bundle/bundle.ts';
import { filesOf, type Manifest } from '../../../src/core/bundle/manifest.ts';
import { roundedToHalf } from '../../../src/core/half.ts';
import { DEFAULT_MAX_PIXELS } from '../../../src/core/image/pixels.ts';
import { normalised } from '../../../src/core/vector/arithmetic.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';
import type { Embedder } from '../../../src/engine/embedder.ts';
import { BundleWriter } from '../../../src/node/build/bundle-writer.ts';
import { type BundleOptions, buildBundle } from '../../../src/node/build/pipeline.ts';
import { readCatalogue } from '../../../src/node/catalogue/catalogue.ts';
import { Staging } from '../../../src/node/files/staging.ts';
import { loadModel } from '../../../src/node/model/load.ts';
import { DEFAULT_MODEL } from '../../../src/node/model/model-folder.ts';
import { openFolderSource } from '../../../src/node/search/folder-source.ts';
import { tempFolder } from '../../support/temp.ts';

const COUNT = 1000;
const root = await tempFolder();
const photos = join(root, 'photos');
const silent = { stage: () => undefined, step: () => undefined, warn: () => undefined };
const nameOf = (i: number) => `photo-${String(i).padStart(4, '0')}.png`;
const model = await loadModel(DEFAULT_MODEL);

/** A vector that its first pixels seed, near others as those of a shop are: quicker than the model. */
const embedder: Embedder = {
  engine: 'seeded',
  spec: model.spec,
  async embed({ data }) {
    const random = seededRandom((data[0] ?? 0) + 256 * (data[1] ?? 0) + 65536 * (data[2] ?? 0));
    const numbers = { length: model.spec.dimension };
    return normalised(Float32Array.from(numbers, (_, i) => (i % 5) / 4 + 2 * random() - 1));
  },
  dispose: async () => undefined,
};

async function writePhoto(name: string, seed: number): Promise<void> {
  const random = seededRandom(seed);
  const side = 24;
  const data = Uint8Array.from({ length: side * side * 3 }, () => Math.floor(random() * 256));
  const image = sharp(data, { raw: { width: side, height: side, channels: 3 } });
  await writeFile(join(photos, name), await image.png().toBuffer());
}

async function build(out: string, options: Partial<BundleOptions> = {}): Promise<Manifest> {
  const staging = new Staging(silent);
  const writer = await BundleWriter.open(out, staging);
  const settings = {
    centre: true,
    trim: true,
    maxPixels: DEFAULT_MAX_PIXELS,
    thumbSide: 320,
    fresh: false,
    ...options,
  };
  await buildBundle(await readCatalogue(photos), model, embedder, writer, settings, silent);
  await staging.publish();
  await writer.sweep();
  return (await Bundle.open(await openFolderSource(out))).manifest;
}

const namesOf = (manifest: Manifest) => filesOf(manifest).map(({ file }) => file);

beforeAll(async () => {
  await mkdir(photos);
  for (let i = 0; i < COUNT; i++) await writePhoto(nameOf(i), i + 1);
});

describe('one photo added to 1,000', () => {
  const out = join(root, 'bundle');
  let before: Manifest;
  let after: Manifest;

  beforeAll(async () => {
    before = await build(out);
    await writePhoto('photo-0417-new.png', 5000);
    after = await build(out);
  });

  test('changes at most six files besides the similar items, and 6 % of the bytes without these and the archive', async () => {
    const known = new Set(namesOf(before));
    const fresh = filesOf(after).filter(({ file }) => !known.has(file));
    const archive = new Set(after.archive.map(({ file }) => file));
    const thumbs = async (manifest: Manifest) => {
      const items = await (
        await Bundle.open({ ...(await openFolderSource(out)), manifest: async () => manifest })
      ).items();
      return new Set(items.map(({ thumb = '' }) => thumb));
    };
    const [old, now] = [await thumbs(before), await thumbs(after)];
    const freshThumbs = [...now].filter((thumb) => !old.has(thumb));
    const sizeOf = async (files: Iterable<string>) => {
      const sizes = await Promise.all([...files].map((file) => stat(join(out, file))));
      return sizes.reduce((sum, { size }) => sum + size, 0);
    };
    const visited = ({ file }: { file: string }) => !archive.has(file);
    const sum = (files: readonly { bytes: number }[]) =>
      files.reduce((n, { bytes }) => n + bytes, 0);
    const changed = sum(fresh.filter(visited)) + (await sizeOf(freshThumbs));
    const whole = sum(filesOf(after).filter(visited));
    const thumbBytes = await sizeOf(now);
    const share = changed / (whole + thumbBytes);
    // biome-ignore lint/suspicious/noConsole: the figures, for whoever reads the log
    console.info(
      `${fresh.length + freshThumbs.length} files with the archive: ` +
        `${[...fresh.map(({ file, bytes }) => `${file.replace(/-.*/, '')} ${bytes}`), ...freshThumbs].join(', ')}; ` +
        `${changed} of ${whole + thumbBytes} bytes without the archive (${(100 * share).toFixed(1)} %), ` +
        `${((100 * changed) / whole).toFixed(1)} % of those without thumbnails`,
    );
    expect(freshThumbs).toHaveLength(1);
    // Their entries are row numbers, so all of them change.
    const similar = new Set(after.items.similar?.map(({ file }) => file));
    const others = fresh.filter(({ file }) => !similar.has(file));
    // Columns, details, vectors, vectors for soft photos, archive and thumbnail.
    expect(others.length + freshThumbs.length).toBeLessThanOrEqual(6);
    const similarBytes = sum(after.items.similar ?? []);
    // The model is part of the whole: when it shrank from 1,234 to 710 kB, 4.7 % became 5.8 %.
    expect((changed - similarBytes) / whole).toBeLessThanOrEqual(0.06);
    // With the similar items, and the pictures.
    expect(share).toBeLessThanOrEqual(0.07);
  });

  test('the centre, and how files are cut, stay', () => {
    expect(after.index.centre).toBe(before.index.centre);
    expect(after.cut).toEqual(before.cut);
  });

  test('the archive holds what the model gave, rounded to f16', async () => {
    const bundle = await Bundle.open(await openFolderSource(out));
    const ids: string[] = [];
    let first: Float32Array | null = null;
    for await (const rows of bundle.archive()) {
      first ??= rows.vectors.subarray(0, model.spec.dimension);
      ids.push(...rows.ids);
    }
    expect(ids).toEqual((await bundle.columns()).map(({ id }) => id));
    const { data } = await sharp(join(photos, ids[0] ?? ''))
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const image = { width: 24, height: 24, data: new Uint8Array(data) };
    expect(first).toEqual(roundedToHalf(await embedder.embed(image)));
  });
});

describe('a catalogue of a few photos', () => {
  const out = join(root, 'bundle');

  beforeAll(async () => {
    for (let i = 20; i < COUNT; i++) await rm(join(photos, nameOf(i)));
  });

  test('does not keep a centre that is far from its mean', async () => {
    const before = (await Bundle.open(await openFolderSource(out))).manifest;
    const after = await build(out);
    expect(after.items.count).toBe(21);
    expect(after.index.centre).not.toBe(before.index.centre);
    expect(after.cut).not.toEqual(before.cut);
  });

  test('is the same to the byte after the same release; "fresh" ignores the release', async () => {
    const same = await build(out);
    expect(await build(out)).toEqual(same);
    await writePhoto('photo-0021.png', 22);
    const kept = await build(out);
    expect(kept.index.centre).toBe(same.index.centre);
    const fresh = await build(out, { fresh: true });
    expect(fresh.index.centre).not.toBe(same.index.centre);
    expect(await build(join(root, 'elsewhere'))).toEqual(fresh);
    // What is archived does not depend on the centre.
    expect(fresh.archive).toEqual(kept.archive);
  });
});
