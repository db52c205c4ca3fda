/** Photos that have not changed are neither decoded nor embedded again, and the bundle has the same bytes. */
import { cp, mkdir, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { REPORT_JSON, readReport } from '../../../../../src/node/build/report/report-json.ts';
import { type BuildOptions, build } from '../../../../../src/node/index.ts';
import { folderBytes } from '../../../../support/folder-bytes.ts';
import { scene, writePhotos } from '../../../../support/photos.ts';
import { tempFolder } from '../../../../support/temp.ts';

const root = await tempFolder();
const photos = join(root, 'photos');
const COUNT = 10;
let folders = 0;
const nextFolder = () => join(root, `out-${folders++}`);
const useCache = (name: string) => vi.stubEnv('SOUTU_CACHE', join(root, name));

async function built(out: string, options: Partial<BuildOptions> = {}) {
  const told: string[] = [];
  const reporter = {
    stage: () => undefined,
    step: () => undefined,
    warn: (line: string) => void told.push(line),
  };
  const report = join(root, 'report');
  const summary = await build({
    ...{ photos, out, bundleOnly: true, threads: 1, report, reporter, ...options },
  });
  const outcomes = summary.report === null ? [] : await readReport(join(report, REPORT_JSON));
  return { ...summary, outcomes, told };
}

/** As if they had been there for long: younger files are read in any case. */
async function age(folder: string): Promise<void> {
  const then = new Date(Date.now() - 60_000);
  for (const name of await readdir(folder)) await utimes(join(folder, name), then, then);
}

/** What a build that never met these photos writes. */
async function fromScratch(options: Partial<BuildOptions> = {}) {
  const out = nextFolder();
  const summary = await built(out, { cache: false, ...options });
  expect(summary.counts.unchanged).toBe(0);
  return folderBytes(out);
}

beforeAll(async () => {
  await writePhotos(
    photos,
    Object.fromEntries(Array.from({ length: COUNT }, (_, i) => [`${i}.jpg`, i + 1])),
  );
  const whole = await scene(77, 400, 300).jpeg().toBuffer();
  await writeFile(join(photos, '3.jpg'), whole.subarray(0, whole.length >> 1));
  await writeFile(join(photos, 'bad.jpg'), 'no photo');
  await age(photos);
});

test('from the cache into an empty folder: every byte, every word of damage', async () => {
  useCache('first');
  const first = await built(nextFolder());
  expect(first.counts).toMatchObject({ unchanged: 0, indexed: COUNT, failed: 1, damaged: 1 });
  const out = nextFolder();
  const second = await built(out);
  expect(second.counts).toMatchObject({ unchanged: COUNT, indexed: COUNT, failed: 1, damaged: 1 });
  expect(second.told).toEqual(first.told);
  expect(second.outcomes.map(({ status }) => status)).toEqual([
    ...Array.from({ length: COUNT }, () => 'unchanged'),
    'failed',
  ]);
  expect(second.outcomes[3]).toMatchObject({ path: '3.jpg', damage: expect.any(String) });
  expect(await folderBytes(out)).toEqual(await fromScratch());
});

test('from the release in the folder, without a cache', async () => {
  useCache('second');
  const out = nextFolder();
  await built(out);
  useCache('empty');
  expect((await built(out)).counts.unchanged).toBe(COUNT);
  expect(await folderBytes(out)).toEqual(await fromScratch());
});

test('a photo that has changed, one that is new and one with another name', async () => {
  useCache('third');
  const own = join(root, 'changing');
  await cp(photos, own, { recursive: true });
  await age(own);
  const out = nextFolder();
  await built(out, { photos: own });
  // The same size and time of change, as some programs write files; the inode tells.
  const path = join(own, '0.jpg');
  const other = await scene(500).jpeg().toBuffer();
  await writeFile(path, Buffer.concat([other, Buffer.alloc(9)]));
  await writePhotos(own, { 'new.png': 900 });
  await cp(join(own, '5.jpg'), join(own, 'z.jpg'));
  await rm(join(own, '5.jpg'));
  const { outcomes } = await built(out, { photos: own });
  const changed = outcomes.filter(({ status }) => status === 'ok').map(({ id }) => id);
  expect(changed).toEqual(['0.jpg', 'new.png']);
  const scratch = nextFolder();
  await built(scratch, { photos: own, cache: false });
  const expected = await folderBytes(scratch);
  const fresh = nextFolder();
  expect((await built(fresh, { photos: own })).counts.unchanged).toBe(COUNT + 1);
  expect(await folderBytes(fresh)).toEqual(expected);
});

test.each([
  ['trim: false', { trim: false }, 'trimming borders was on, is now off'],
  ['another pooling', { pooling: 'max' }, 'the weights or settings of the model have changed'],
  ['another preset', { preset: 'keras' }, 'the weights or settings of the model have changed'],
] as const)(
  'with %s, photos are embedded again, and the build says why',
  async (_, options, why) => {
    useCache('fourth');
    const out = nextFolder();
    await built(out);
    const { counts, told } = await built(out, options);
    expect(counts.unchanged).toBe(0);
    expect(told).toContain(`No vectors are taken from the previous release: ${why}.`);
  },
);

test('with other thumbnails, photos are decoded again; with soft vectors, embedded again', async () => {
  useCache('fifth');
  const out = nextFolder();
  await built(out, { soft: false });
  const smaller = await built(out, { soft: false, thumbSide: 64 });
  expect(smaller.counts.unchanged).toBe(0);
  expect(smaller.told).toContain(
    'No thumbnails are taken from the previous release: the size of thumbnails was 320, is now 64.',
  );
  expect((await built(out, { soft: true, thumbSide: 64 })).counts.unchanged).toBe(0);
  // Both are there now.
  const again = nextFolder();
  expect((await built(again, { soft: false })).counts.unchanged).toBe(COUNT);
  expect(await folderBytes(again)).toEqual(await fromScratch({ soft: false }));
});

test('two builds at once that fill one cache: both bundles are whole', async () => {
  useCache('shared');
  const outs = [nextFolder(), nextFolder()];
  await Promise.all(outs.map((out) => built(out, { report: false })));
  const third = nextFolder();
  expect((await built(third)).counts.unchanged).toBe(COUNT);
  const expected = await folderBytes(third);
  for (const out of outs) expect(await folderBytes(out)).toEqual(expected);
});

test('a lower limit of pixels counts for cached photos, too', async () => {
  useCache('sixth');
  const out = nextFolder();
  await built(out);
  const { counts, failures } = await built(out, { maxPixels: 10_000 });
  expect(counts).toMatchObject({ unchanged: COUNT - 1, failed: 2 });
  expect(failures[0]?.reason).toMatch(/400×300 pixels, more than the 10000 that are allowed/);
});

test('entries that are cut off, damaged or empty count as missing', async () => {
  useCache('seventh');
  await built(nextFolder());
  for (const kind of ['vectors', 'thumbs']) {
    const folder = join(root, 'seventh', 'build', kind);
    const entries = (await readdir(folder, { recursive: true })).filter((name) => name.length > 60);
    expect(entries).toHaveLength(COUNT);
    const [cut, damaged, empty] = entries.map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    await truncate(cut, 100);
    const bytes = await readFile(damaged);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 9) ^ 1, bytes.length - 9);
    await writeFile(damaged, bytes);
    await writeFile(empty, '');
  }
  const out = nextFolder();
  const { counts } = await built(out);
  expect(counts.unchanged).toBeLessThanOrEqual(COUNT - 3);
  expect(await folderBytes(out)).toEqual(await fromScratch());
});

test('a cache that cannot be written: one warning, and the same bundle', async () => {
  useCache('no-folder');
  await writeFile(join(root, 'no-folder'), 'a file');
  const out = nextFolder();
  const { told } = await built(out);
  expect(told.filter((line) => line.includes('no longer cached'))).toEqual([
    expect.stringMatching(
      /^.+no-folder.build: vectors and thumbnails are no longer cached \(.+\)\./,
    ),
  ]);
  expect(await folderBytes(out)).toEqual(await fromScratch());
  await rm(join(root, 'no-folder'));
});

test('the archive of an older Soutu, or a damaged one, is not taken for anything', async () => {
  useCache('eighth');
  const out = nextFolder();
  await built(out);
  const [archive] = (await readdir(out)).filter((name) => name.startsWith('archive-'));
  await writeFile(join(out, archive as string), 'something else');
  await mkdir(join(root, 'eighth-empty'));
  useCache('eighth-empty');
  const { counts, told } = await built(out);
  expect(counts.unchanged).toBe(0);
  expect(told).toContainEqual(
    expect.stringMatching(
      /^No vectors are taken from the previous release: .+archive-.+expected \d+ bytes/,
    ),
  );
  expect(await folderBytes(out)).toEqual(await fromScratch());
});
