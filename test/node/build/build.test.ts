/** `soutu build`, the real command with the real model. */
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { thumbHashToAverageRGBA } from 'thumbhash';
import { beforeAll, describe, expect, test } from 'vitest';
import { Bundle } from '../../../src/core/bundle/bundle.ts';
import type { Manifest } from '../../../src/core/bundle/manifest.ts';
import type { FileRef } from '../../../src/core/file-ref.ts';
import { REPLACED } from '../../../src/node/build/page/place-page.ts';
import type { BundleSummary } from '../../../src/node/build/summary.ts';
import { DISTRACTORS_FILE } from '../../../src/node/model/distractors.ts';
import { SHIPPED_MODELS } from '../../../src/node/model/model-folder.ts';
import { decodePhoto } from '../../../src/node/photos/decode.ts';
import { openFolderSource } from '../../../src/node/search/folder-source.ts';
import { openEngine } from '../../../src/node/search/open-engine.ts';
import { type Ran, soutu, startSoutu } from '../../support/command/run-soutu.ts';
import { scene, writePhotos } from '../../support/photos.ts';
import { tempFolder } from '../../support/temp.ts';

const root = await tempFolder();
const photos = join(root, 'photos');
const catalogue = join(photos, 'catalogue.json');
const site = join(root, 'site');
const bundle = join(root, 'bundle');

const manifestOf = async (folder: string): Promise<Manifest> =>
  JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));

const itemsOf = async (folder: string) =>
  (await Bundle.open(await openFolderSource(folder))).items();

/** One line without a stack, exit code 1, nothing on stdout. */
function expectOneLine(ran: Ran, ...words: string[]) {
  expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 1, stdout: '' });
  const lines = ran.stderr.trimEnd().split('\n');
  const last = lines.at(-1) ?? '';
  expect(last).toMatch(/^soutu build: /);
  for (const word of words) expect(last).toContain(word);
  return lines;
}

let built: Ran;

beforeAll(async () => {
  await writePhotos(photos, { 'c.png': 3, 'a.jpg': 1, 'd.webp': 4, 'b.jpg': 2 });
  await writeFile(join(photos, 'bad.jpg'), 'no photo');
  const whole = await scene(5, 400, 300).jpeg().toBuffer();
  await writeFile(join(photos, 'cut.jpg'), whole.subarray(0, whole.length >> 1));
  const names = ['c.png', 'a.jpg', 'bad.jpg', 'd.webp', 'cut.jpg', 'b.jpg', 'a.jpg'];
  const items = names.map((name) => ({ id: name, image: name, group: name.slice(0, 1) }));
  await writeFile(catalogue, JSON.stringify({ title: 'Mugs & <Cups>', items }));
  built = await soutu('build', catalogue, '--out', site, '--json');
});

describe('a site', () => {
  test('the summary is one object on stdout: counts, failures, bytes and seconds', async () => {
    expect(built.code).toBe(0);
    const summary: BundleSummary & { out: string; model: string } = JSON.parse(built.stdout);
    expect(built.stdout.trimEnd()).toBe(JSON.stringify(summary));
    expect(summary).toMatchObject({
      out: site,
      model: 'vgg16-lite',
      counts: { photos: 6, indexed: 5, failed: 1, damaged: 1 },
      failures: [
        {
          path: join(photos, 'bad.jpg'),
          reason: expect.stringContaining(`${join(photos, 'bad.jpg')}: not an image: expected`),
        },
      ],
      damaged: [{ path: join(photos, 'cut.jpg'), reason: expect.stringMatching(/premature end/i) }],
      calibration: { relatedFrom: 'distractors', measured: 5 },
    });
    const seconds = Object.entries(summary.seconds);
    expect(seconds.map(([stage]) => stage)).toEqual(['embed', 'index', 'write', 'page', 'total']);
    const { total = 0, ...stages } = summary.seconds;
    expect(total).toBeGreaterThanOrEqual(Object.values(stages).reduce((a, b) => a + b, 0) - 0.01);
  });

  test('the bytes of each part are those on the disk', async () => {
    const { bytes } = JSON.parse(built.stdout) as BundleSummary;
    const where = join(site, 'bundle');
    const { model, items, index, archive } = await manifestOf(where);
    const size = async (refs: readonly Pick<FileRef, 'file'>[]) => {
      const sizes = await Promise.all(refs.map(({ file }) => stat(join(where, file))));
      return sizes.reduce((sum, file) => sum + file.size, 0);
    };
    const thumbs = (await readdir(join(where, 'thumbs'))).map((name) => ({
      file: `thumbs/${name}`,
    }));
    expect(thumbs).toHaveLength(5);
    expect(index.soft?.vectors).toHaveLength(1);
    expect(bytes).toEqual({
      manifest: await size([{ file: 'manifest.json' }]),
      model: await size(model.weights.files),
      columns: await size(items.columns),
      details: await size(items.details),
      similar: await size(items.similar?.files ?? []),
      vectors: await size(index.vectors),
      soft: await size(index.soft?.vectors ?? []),
      graph: 0,
      archive: await size(archive),
      thumbs: await size(thumbs),
      page: expect.any(Number),
    });
  });

  test('all else is on stderr, as plain lines where that is no terminal', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those of a progress bar are looked for
    expect(built.stderr).not.toMatch(/[\r\x1b]/);
    const lines = built.stderr.trimEnd().split('\n');
    expect(lines).toContain('Embedding 6 photos');
    expect(lines).toContain(
      `${catalogue}, item 7: the id "a.jpg" occurs again. This item replaces the earlier one; give one of them another id.`,
    );
    const of = (start: string) => lines.filter((line) => line.startsWith(start));
    expect(
      of(`Skipped: ${catalogue}, item 3: ${join(photos, 'bad.jpg')}: not an image: expected`),
    ).toHaveLength(1);
    expect(
      of(`Damaged, used as far as it can be decoded: ${join(photos, 'cut.jpg')} (`),
    ).toHaveLength(1);
    expect(of('Embedding 6/6, ')).toHaveLength(1);
  });

  test('items are sorted by id, and their pictures are there', async () => {
    const where = join(site, 'bundle');
    const {
      items: { count },
      index,
    } = await manifestOf(where);
    const items = await itemsOf(where);
    const ids = items.map(({ id }) => id);
    expect(ids).toEqual(['a.jpg', 'b.jpg', 'c.png', 'cut.jpg', 'd.webp']);
    expect(count).toBe(5);
    expect(index).toMatchObject({ type: 'flat', dimension: 305, centre: expect.any(String) });
    for (const { thumb = '' } of items) {
      expect((await stat(join(where, thumb))).size).toBeGreaterThan(0);
    }
  });

  test('the page carries the title as text', async () => {
    const page = await readFile(join(site, 'index.html'), 'utf8');
    expect(page.match(/Mugs &amp; &lt;Cups&gt;/g)).toHaveLength(2);
  });

  test('the site holds what it consists of and nothing else', async () => {
    const folders = ['assets', 'bundle', 'soutu-page-files.txt'];
    expect((await readdir(site)).sort()).toEqual([...REPLACED, ...folders].sort());
  });

  test('the vectors of distractors stay with the builder', async () => {
    const entries = await readdir(site, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    expect(files.length).toBeGreaterThan(10);
    for (const { parentPath, name } of files) {
      const bytes = await readFile(join(parentPath, name));
      expect(bytes.includes('held-back'), name).toBe(false);
    }
    const own = await readFile(join(SHIPPED_MODELS, 'vgg16-lite', DISTRACTORS_FILE));
    expect(own.includes('held-back')).toBe(true);
  });
});

describe('only the bundle', () => {
  test('the same photos give the same manifest, to the byte; without --json stdout is empty', async () => {
    const ran = await soutu('build', catalogue, '--out', bundle, '--bundle-only', '--verbose');
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 0, stdout: '' });
    expect(ran.stderr).toContain(
      `5 of 6 photos indexed, 1 skipped (reasons: ${join(bundle, 'report.html')}) in `,
    );
    expect(ran.stderr).toContain(
      `\nReport, with photos unlike all others and sample searches: ${join(bundle, 'report.html')}\n`,
    );
    expect(ran.stderr).toMatch(
      /Match: a score of -?\d\.\d{3} or more \(from the scores (of|between) photos [^)]+\)\n/,
    );
    expect(ran.stderr).toMatch(
      /Nothing similar: a best score below -?\d\.\d{3} \(from the scores of photos of other things, which come with the model\)\n/,
    );
    expect(ran.stderr).toMatch(/Photos that match no other photo: \d+ % of 5\n/);
    expect(await readFile(join(bundle, 'manifest.json'))).toEqual(
      await readFile(join(site, 'bundle/manifest.json')),
    );
    expect(await readdir(bundle)).not.toContain('index.html');
    expect(await readdir(bundle)).not.toContain('bundle');
  });

  test('a folder, --no-centre, --thumb-size, --max-pixels', async () => {
    const folder = join(root, 'folder');
    await writePhotos(folder, { 'mugs/a.png': 1, 'b.png': 2 });
    await scene(3, 400, 300).toFile(join(folder, 'large.png'));
    const out = join(root, 'plain');
    const flags = ['--no-centre', '--thumb-size', '16', '--max-pixels', '7000', '--bundle-only'];
    const ran = await soutu('build', folder, '--out', out, '--json', ...flags);
    expect(ran.code).toBe(0);
    const { counts, failures, bytes } = JSON.parse(ran.stdout) as BundleSummary & {
      bytes: { page: number };
    };
    expect(counts).toEqual({
      ...{ photos: 3, indexed: 2, unchanged: 0, failed: 1, damaged: 0, copies: 0, trimmed: 0 },
    });
    expect(failures[0]?.reason).toContain('400×300 pixels, more than the 7000 that are allowed');
    expect(bytes.page).toBe(0);
    const { index } = await manifestOf(out);
    expect(index.centre).toBeNull();
    const rows = await itemsOf(out);
    expect(rows).toMatchObject([
      { id: 'b.png', title: 'B', thumbSize: [16, 12] },
      { id: 'mugs/a.png', attributes: { folder: 'mugs' }, thumbSize: [16, 12] },
    ]);
    // Another reader of the same picture: the placeholder's mean colour is that of sharp's statistics.
    const { channels } = await sharp(await readFile(join(folder, 'b.png'))).stats();
    const hash = Buffer.from(rows[0]?.thumbHash ?? '', 'base64');
    expect(hash.length).toBeLessThanOrEqual(25);
    const { r, g, b } = thumbHashToAverageRGBA(hash);
    for (const [i, value] of [r, g, b].entries()) {
      expect(Math.abs(value - (channels[i]?.mean ?? 0) / 255)).toBeLessThan(0.06);
    }
  });
});

describe('what cannot be built', () => {
  test('no photo can be used: exit code 1, and the bundle that is there stays', async () => {
    const before = await readFile(join(bundle, 'manifest.json'));
    const flags = ['--out', bundle, '--bundle-only', '--max-pixels', '1'];
    const lines = expectOneLine(
      await soutu('build', catalogue, ...flags),
      'None of the 6 photos could be used; the first: ',
      'more than the 1 that are allowed',
    );
    expect(lines.filter((line) => line.startsWith('Skipped: '))).toHaveLength(6);
    expect(await readFile(join(bundle, 'manifest.json'))).toEqual(before);
    expect(await bestFor(bundle, join(photos, 'b.jpg'))).toBe('b.jpg');
  });

  test('a place that cannot be written, an empty folder, a missing one: one line each', async () => {
    const empty = join(root, 'empty');
    await mkdir(empty);
    const out = join(catalogue, 'below');
    const [unwritable, bare, missing, model] = await Promise.all([
      soutu('build', catalogue, '--out', out),
      soutu('build', empty, '--out', join(root, 'x1')),
      soutu('build', join(root, 'missing'), '--out', join(root, 'x2')),
      soutu('build', catalogue, '--out', join(root, 'x3'), '--model', 'nothing'),
    ]);
    expect(expectOneLine(unwritable, `${out}/bundle: cannot be written (ENOTDIR`)).toHaveLength(1);
    expect(expectOneLine(bare, `${empty}: no photos in this folder or below it`)).toHaveLength(1);
    expect(expectOneLine(missing, 'missing: no such file or folder')).toHaveLength(1);
    const words = 'No model "nothing": expected one of vgg16-lite, vgg16, ';
    expect(expectOneLine(model, words)).toHaveLength(1);
  });
});

test('killed while it embeds: the previous bundle answers, the next build sweeps up', async () => {
  const many = join(root, 'many');
  const names = Array.from({ length: 80 }, (_, i) => [`${i}.png`, 100 + i] as const);
  await writePhotos(many, Object.fromEntries(names));
  const before = await readFile(join(bundle, 'manifest.json'));
  const thumbs = async () => (await readdir(join(bundle, 'thumbs'))).length;
  const had = await thumbs();

  const { child, ended } = startSoutu(['build', many, '--out', bundle, '--bundle-only']);
  while ((await thumbs()) < had + 5 && child.exitCode === null) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  child.kill('SIGKILL');
  expect(await ended).toMatchObject({ code: null, stdout: '' });
  expect(await thumbs()).toBeGreaterThanOrEqual(had + 5);
  expect(await readFile(join(bundle, 'manifest.json'))).toEqual(before);
  expect(await bestFor(bundle, join(photos, 'b.jpg'))).toBe('b.jpg');

  await writeFile(join(bundle, 'columns-0123456789abcdef.json.4242.tmp'), 'half');
  await writeFile(join(bundle, 'owner.txt'), 'mine');
  expect((await soutu('build', catalogue, '--out', bundle, '--bundle-only')).code).toBe(0);
  expect(await thumbs()).toBe(had);
  const files = await readdir(bundle);
  expect(files.filter((name) => name.endsWith('.tmp'))).toEqual([]);
  expect(files).toContain('owner.txt');
  expect(await readFile(join(bundle, 'manifest.json'))).toEqual(before);
});

async function bestFor(folder: string, photo: string): Promise<string | undefined> {
  const engine = await openEngine(folder);
  const { image } = await decodePhoto(photo);
  const { hits } = await engine.search({ photo: image }, { minScore: -1 });
  await engine.dispose();
  return hits[0]?.id;
}
