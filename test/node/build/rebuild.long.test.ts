/** How much of a bundle changes from one release to the next: what its owner has to upload. */
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { Bundle } from '../../../src/core/bundle/bundle.ts';
import type { Manifest } from '../../../src/core/bundle/manifest.ts';
import { filesOf } from '../../../src/core/bundle/manifest-files.ts';
import { type Similar, similarRows } from '../../../src/core/bundle/similar.ts';
import { halvesToFloats, roundedToHalf } from '../../../src/core/half.ts';
import { DEFAULT_MAX_PIXELS } from '../../../src/core/image/pixels.ts';
import { lowPass } from '../../../src/core/image/soft.ts';
import { cosine, normalised } from '../../../src/core/vector/arithmetic.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';
import { placed } from '../../../src/core/vector/space.ts';
import type { Embedder } from '../../../src/engine/embedder.ts';
import { buildBundle } from '../../../src/node/build/build-bundle.ts';
import type { BundleOptions } from '../../../src/node/build/bundle-options.ts';
import { BundleWriter } from '../../../src/node/build/bundle-writer.ts';
import type { BuildReporter } from '../../../src/node/build/reporter.ts';
import { readCatalogue } from '../../../src/node/catalogue/catalogue.ts';
import { archivedVectors } from '../../../src/node/cli/eval/averaged.ts';
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

async function build(
  out: string,
  options: Partial<BundleOptions> = {},
  reporter: BuildReporter = silent,
): Promise<Manifest> {
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
  await buildBundle(await readCatalogue(photos), model, embedder, writer, settings, reporter);
  await staging.publish();
  await writer.sweep();
  return (await Bundle.open(await openFolderSource(out))).manifest;
}

const namesOf = (manifest: Manifest) => filesOf(manifest).map(({ file }) => file);

/** Similar items and vectors for soft photos of all items, computed in another way. */
async function expectAll(out: string): Promise<void> {
  const bundle = await Bundle.open(await openFolderSource(out));
  const { items, index } = bundle.manifest;
  const { dimension } = index;
  const ids = (await bundle.columns()).map(({ id }) => id);
  const soft = (await bundle.softVectors()) as Float32Array;
  // Similar items are found among the vectors before these became codes.
  const vectors = await archivedVectors(bundle);
  expect(soft).toHaveLength(ids.length * dimension);
  const rowAt = (all: Float32Array, row: number) =>
    all.subarray(row * dimension, (row + 1) * dimension);
  for (const [row, id] of ids.entries()) {
    // Every tenth, and those that are not in the earlier files.
    if (row % 10 !== 0 && !index.soft?.edits?.added.includes(row)) continue;
    const { data } = await sharp(join(photos, id))
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const copy = lowPass({ width: 24, height: 24, data: new Uint8ClampedArray(data) });
    const expected = placed(roundedToHalf(await embedder.embed(copy)), bundle.space);
    expect(cosine(expected, rowAt(soft, row))).toBeGreaterThan(0.9999);
    const scores = ids.map((_, other) => cosine(rowAt(vectors, row), rowAt(vectors, other)));
    const best = ids
      .map((_, other) => other)
      .filter((other) => other !== row)
      .sort((a, b) => (scores[b] as number) - (scores[a] as number))
      .slice(0, 12);
    const found = await similarRows(items.similar as Similar, id, ids.length, ({ file }) =>
      readFile(join(out, file)),
    );
    expect(found).toEqual(best);
  }
}

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

  test('changes at most five files besides the manifest, and 5 % of the bytes without the archive', async () => {
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
    const manifest = await sizeOf(['manifest.json']);
    const changed = manifest + sum(fresh.filter(visited)) + (await sizeOf(freshThumbs));
    const whole = manifest + sum(filesOf(after).filter(visited));
    const thumbBytes = await sizeOf(now);
    const share = changed / (whole + thumbBytes);
    // biome-ignore lint/suspicious/noConsole: the figures, for whoever reads the log
    console.info(
      `${fresh.length + freshThumbs.length} files with the archive: ` +
        `${[`manifest ${manifest}`, ...fresh.map(({ file, bytes }) => `${file.replace(/-.*/, '')} ${bytes}`), ...freshThumbs].join(', ')}; ` +
        `${changed} of ${whole + thumbBytes} bytes without the archive (${(100 * share).toFixed(1)} %), ` +
        `${((100 * changed) / whole).toFixed(1)} % of those without thumbnails; ` +
        `${after.items.similar?.edits?.lists.length} lists of similar items`,
    );
    expect(freshThumbs).toHaveLength(1);
    const kinds = fresh.map(({ file }) => file.replace(/-.*/, '')).sort();
    expect(kinds).toEqual(['archive', 'codes', 'columns', 'details']);
    expect(changed / whole).toBeLessThanOrEqual(0.05);
  });

  test('leaves similar items and vectors for soft photos as they were, and the manifest has what is new', () => {
    expect(after.items.similar?.files).toEqual(before.items.similar?.files);
    expect(after.index.soft?.vectors).toEqual(before.index.soft?.vectors);
    const added = [417];
    expect(after.index.soft?.edits).toEqual({ count: COUNT, removed: [], added });
    expect(after.items.similar?.edits).toMatchObject({
      ...{ count: COUNT, removed: [], added },
      ids: ['photo-0417-new.png'],
    });
    expect(before.items.similar).not.toHaveProperty('edits');
  });

  test('readers get the similar items and the vectors of all items', () => expectAll(out));

  test('the centre, and how files are cut, stay', () => {
    expect(after.index.centre).toBe(before.index.centre);
    expect(after.cut).toEqual(before.cut);
  });

  test('the archive holds what the model gave, rounded to f16', async () => {
    const bundle = await Bundle.open(await openFolderSource(out));
    const ids: string[] = [];
    let first: Float32Array | null = null;
    for await (const rows of bundle.archive()) {
      first ??= halvesToFloats(rows.halves.subarray(0, model.spec.dimension));
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

describe('after that,', () => {
  const out = join(root, 'bundle');
  const keptFiles = ({ index, items }: Manifest) => ({
    soft: index.soft?.vectors,
    similar: items.similar?.files,
  });

  test('a photo that is replaced and one that is removed leave these files as they are, too', async () => {
    const before = (await Bundle.open(await openFolderSource(out))).manifest;
    await writePhoto(nameOf(3), 6000);
    await rm(join(photos, nameOf(700)));
    const after = await build(out);
    expect(keptFiles(after)).toEqual(keptFiles(before));
    const removed = [3, 700];
    expect(after.index.soft?.edits).toEqual({ count: COUNT, removed, added: [3, 417] });
    expect(after.items.similar?.edits).toMatchObject({ removed: [700], added: [417] });
    await expectAll(out);
  }, 180_000);
});

describe('a catalogue that lost most of its photos', () => {
  const out = join(root, 'bundle');

  beforeAll(async () => {
    for (let i = 20; i < COUNT; i++) await rm(join(photos, nameOf(i)), { force: true });
  });

  test('does not keep a centre that is far from its mean', async () => {
    const before = (await Bundle.open(await openFolderSource(out))).manifest;
    const said: string[] = [];
    const after = await build(out, {}, { ...silent, warn: (line: string) => said.push(line) });
    expect(after.items.count).toBe(21);
    expect(said).toContain(
      'The release that this one replaces has 1000 items, and this one has 21: 979 fewer. If that was not meant, check ' +
        'the source and build again.',
    );
    expect(after.index.centre).not.toBe(before.index.centre);
    expect(after.cut).not.toEqual(before.cut);
  });

  test('writes files anew that are damaged', async () => {
    const before = (await Bundle.open(await openFolderSource(out))).manifest;
    const files = [...(before.index.soft?.vectors ?? []), ...(before.items.similar?.files ?? [])];
    expect(files).toHaveLength(2);
    for (const { file } of files) await writeFile(join(out, file), 'cut');
    const after = await build(out);
    expect(after).toEqual(before);
    await expectAll(out);
  });

  test('is the same to the byte after the same release; "fresh" ignores the release', async () => {
    const same = await build(out);
    expect(await build(out)).toEqual(same);
    await writePhoto('photo-0021.png', 22);
    const kept = await build(out);
    expect(kept.index.centre).toBe(same.index.centre);
    // One of 22 is too much for the files of all vectors.
    expect(kept.index.soft).not.toHaveProperty('edits');
    await expectAll(out);
    const fresh = await build(out, { fresh: true });
    expect(fresh.index.centre).not.toBe(same.index.centre);
    expect(await build(join(root, 'elsewhere'))).toEqual(fresh);
    // What is archived does not depend on the centre.
    expect(fresh.archive).toEqual(kept.archive);
  }, 180_000);
});
