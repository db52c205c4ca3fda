import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { smallBundle } from '../../../scripts/fuzz/small-bundle.ts';
import type { Notice, SearchResponse } from '../../../src/core/contract.ts';
import { sha256 } from '../../../src/node/files/sha256.ts';
import { decodePhoto } from '../../../src/node/photos/decode.ts';
import { openEngine } from '../../../src/node/search/open-engine.ts';
import { brokenCopy, DAMAGES, fileOf, PARTS, withManifest } from '../../support/broken-bundle.ts';
import { soutu } from '../../support/command/run-soutu.ts';
import { scene, writePhotos } from '../../support/photos.ts';
import { tempFolder } from '../../support/temp.ts';

const root = await tempFolder();
const photos = join(root, 'photos');
const bundle = join(root, 'bundle');
const photo = (id: string) => join(photos, `${id}.png`);

// Two photos of each of four things: b is a brighter a.
const things = [1, 2, 3, 4];
const items = things.flatMap((n) =>
  ['a', 'b'].map((which) => ({
    id: `${n}${which}`,
    image: `${n}${which}.png`,
    group: `thing ${n}`,
    title: `Thing ${n}, ${which}`,
    attributes: { parity: n % 2 ? 'odd' : 'even', size: n },
  })),
);

beforeAll(async () => {
  await writePhotos(photos, Object.fromEntries(things.map((n) => [`${n}a.png`, n])));
  for (const n of things)
    await scene(n)
      .modulate({ brightness: 1.15 })
      .toFile(photo(`${n}b`));
  await writeFile(join(photos, 'catalogue.json'), JSON.stringify(items));
  await smallBundle(join(photos, 'catalogue.json'), bundle);
});

async function query(id: string, ...flags: string[]): Promise<SearchResponse> {
  const { code, stdout, stderr } = await soutu('query', bundle, photo(id), '--json', ...flags);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

describe('hits', () => {
  test('as lines: rank, score, id, title; how it was found on stderr', async () => {
    const flags = ['--min-score', '-1', '--from', '1'];
    const { code, stdout, stderr } = await soutu('query', bundle, photo('2a'), ...flags);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(8);
    expect(lines[0]).toMatch(/^\d likely match(es)? \(a score of 0\.\d{3} or more\):$/);
    expect(lines[1]).toMatch(/^ {2}2 {2}0\.\d{4} {2}2b {2}Thing 2, b$/);
    expect(lines[7]).toMatch(/^ {2}8 {2}-?0\.\d{4} {2}\d[ab] {2}Thing \d, [ab]$/);
    expect(stderr).toMatch(
      /^8 hits; flat index, kernel-fast; embedding \d+ ms, search \d+\.\d ms\n$/,
    );
  });

  test('as one object: the whole response, its vector as numbers', async () => {
    const response = await query('3b', '--min-score', '-1', '--exact');
    expect(response).toMatchObject({
      total: 8,
      totalRelation: 'eq',
      model: 'vgg16-lite',
      minScore: -1,
      engine: { index: 'flat', embedder: 'kernel-fast' },
      notices: [],
    });
    expect(response.vector).toHaveLength(305);
    expect(response.hits[0]?.score).toBeCloseTo(1, 5);
    expect(response.hits[0]).toMatchObject({ id: '3b', group: 'thing 3', more: [] });
    expect(response.hits[0]?.item).toMatchObject({ title: 'Thing 3, b', thumbSize: [64, 48] });
    const scores = response.hits.map((hit) => hit.score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));

    const page = await query('3b', '--min-score', '-1', '--size', '3', '--from', '2');
    expect(page.total).toBe(8);
    expect(page.hits).toEqual(response.hits.slice(2, 5));
  });

  test('grouped and filtered: each thing once, the others of it below', async () => {
    const flags = ['--min-score', '-1', '--group', '--filter', 'parity=odd'];
    const { hits, total } = await query('1a', ...flags);
    expect(total).toBe(2);
    expect(hits.map((hit) => hit.group)).toEqual(['thing 1', 'thing 3']);
    expect(hits[0]?.more.map((hit) => hit.id)).toEqual(['1b']);
  });

  test('no score from the visitor’s own lowest one up: the message names the option', async () => {
    const stranger = join(root, 'stranger.png');
    await scene(99).toFile(stranger);
    const ran = await soutu('query', bundle, stranger, '--min-score', '1');
    expect(ran).toMatchObject({
      code: 0,
      stdout: 'No hits: no score reaches 1.000. Lower or omit --min-score.\n',
    });
    expect(ran.stderr).toMatch(/^0 hits; /);
    const none = await soutu('query', bundle, stranger, '--filter', 'parity=none');
    expect(none.stdout).toBe('No hits: no photo meets the filter.\n');
    expect(none.stderr).not.toContain('attribute');
    expect(none.stderr).toContain(
      'No item has "none" as its "parity". The values are: even (4), odd (4).\n',
    );
    const typed = ['--filter', 'parity=od', '--filter', 'size=3'];
    expect((await soutu('query', bundle, stranger, ...typed)).stderr).toContain(
      'No item has "od" as its "parity". Did you mean "odd"? The values are: even (4), odd (4).\n',
    );
    const apart = ['--filter', 'parity=odd', '--filter', 'size=4'];
    expect((await soutu('query', bundle, stranger, ...apart)).stderr).not.toContain('No item has');
    const slip = await soutu('query', bundle, stranger, '--filter', 'colour=red');
    expect(slip.stdout).toBe('No hits: no photo meets the filter.\n');
    expect(slip.stderr).toContain(
      'No item has the attribute "colour". The attributes are: parity, size.\n',
    );
  });
});

describe('several photos, liked and disliked items', () => {
  test('are one query: their weighted sum', async () => {
    const flags = ['--like', '3b', '--less', '4a', '--json'];
    const ran = await soutu('query', bundle, photo('1a'), photo('1b'), ...flags);
    expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 0, stderr: '' });
    const { hits, parts, vector } = JSON.parse(ran.stdout) as SearchResponse;
    expect(vector).toBeNull();
    expect(parts?.map(({ weight, item }) => [weight, item?.id ?? null])).toEqual([
      [0.5, null],
      [0.5, null],
      [0.75, '3b'],
      [-0.5, '4a'],
    ]);
    const ids = hits.map(({ id }) => id);
    expect(ids, 'neither of the items').toHaveLength(6);
    expect(ids.filter((id) => ['3b', '4a'].includes(id))).toEqual([]);
    expect(ids.at(-1), 'the photo like the disliked one').toBe('4b');
  });

  test('an item needs no photo; a number range and words narrow the hits', async () => {
    const flags = ['--range', 'size=2..3', '--text', 'thing b', '--json'];
    const ran = await soutu('query', bundle, '--like', '1a', ...flags);
    expect(ran.code).toBe(0);
    const { hits } = JSON.parse(ran.stdout) as SearchResponse;
    expect(hits.map(({ id }) => id).sort()).toEqual(['2b', '3b']);
  });

  test.each([
    [
      ['--range', 'size=5'],
      '--range must be ATTRIBUTE=LOWEST..HIGHEST, as in --range price=10..50; got "size=5".',
    ],
    [['--range', 'size=3..2'], 'got "size=3..2".'],
    [['--like', 'nobody'], 'No item has the id "nobody" in this bundle.'],
  ])('refuses %j', async (flags, message) => {
    const ran = await soutu('query', bundle, photo('1a'), ...flags);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain(message);
  });
});

describe('photos and folders', () => {
  test('a damaged photo is used, and stderr says so', async () => {
    const whole = await scene(2, 400, 300).jpeg().toBuffer();
    const cut = join(root, 'cut.jpg');
    await writeFile(cut, whole.subarray(0, Math.floor(whole.length * 0.9)));
    const ran = await soutu('query', bundle, cut, '--json');
    expect(ran.code).toBe(0);
    const { hits, damage } = JSON.parse(ran.stdout);
    expect(hits[0].id).toMatch(/^2/);
    expect(damage).toMatch(/premature end/);
    expect(ran.stderr).toMatch(/^Damaged, used as far as it can be decoded: .*cut\.jpg \(.+\)\n$/);
  });

  test('no bundle, no photo, too large a photo: one line, exit code 1', async () => {
    const [noBundle, noPhoto, large] = await Promise.all([
      soutu('query', photos, photo('1a')),
      soutu('query', bundle, join(root, 'nowhere.png')),
      soutu('query', bundle, photo('1a'), '--max-pixels', '100'),
    ]);
    expect(noBundle).toEqual({
      code: 1,
      stdout: '',
      stderr:
        `soutu query: ${photos}: no bundle here: expected manifest.json or bundle/manifest.json. ` +
        'Build one with: soutu build PHOTOS --out DIR\n',
    });
    expect(noPhoto).toMatchObject({ code: 1, stdout: '' });
    expect(noPhoto.stderr).toMatch(/^soutu query: .*nowhere\.png: no such file\. .*\n$/);
    expect(large).toMatchObject({ code: 1, stdout: '' });
    expect(large.stderr).toMatch(/96×72 pixels, more than the 100 that are allowed; .*\n$/);
  });
});

describe('a broken bundle', () => {
  let made = 0;
  const copy = () => join(root, `copy-${made++}`);

  /** Asks for all that a bundle holds. */
  async function ask(folder: string): Promise<readonly Notice[]> {
    const engine = await openEngine(folder);
    try {
      await engine.bundle.graph();
      const { notices } = await engine.search({ photo: (await decodePhoto(photo('1a'))).image });
      return notices;
    } finally {
      await engine.dispose();
    }
  }

  const damages = Object.keys(DAMAGES) as (keyof typeof DAMAGES)[];
  test.each(PARTS.flatMap((part) => damages.map((damage) => [part, damage] as const)))(
    '%s %s: named, with both sizes and hashes',
    async (part, damage) => {
      const folder = await brokenCopy(bundle, copy(), part, damage);
      const ref = await fileOf(folder, part);
      const path = join(folder, ref.file);
      const bytes = await readFile(path).catch(() => null);
      const reason = bytes
        ? `${path}: expected ${ref.bytes} bytes with SHA-256 ${ref.sha256.slice(0, 12)}…, got ` +
          `${bytes.length} bytes with ${sha256(bytes).slice(0, 12)}…: the file is cut short or ` +
          'another one. Build it again.'
        : `${path}: named by the manifest, but cannot be read (ENOENT`;
      const message = expect.stringContaining(reason);
      // Hits come without their titles and pictures.
      if (part === 'details') {
        expect(await ask(folder)).toMatchObject([{ code: 'details-partial', message }]);
        return;
      }
      await expect(ask(folder)).rejects.toMatchObject({ name: 'BundleError', message });
    },
  );

  test.each<[string, Parameters<typeof withManifest>[2], string]>([
    [
      'of a later version',
      (manifest) => ({ ...manifest, version: 6 }),
      'the bundle has format version 6, this version of Soutu reads versions 3 to 5. Update Soutu on the page, or',
    ],
    [
      'cut short',
      (manifest) => JSON.stringify(manifest).slice(0, 99),
      "JSON of a bundle's manifest",
    ],
    ['a web page', () => '<!doctype html>', "expected the JSON of a bundle's manifest"],
    ['of something else', () => ({ name: 'shop' }), 'not a bundle of Soutu: "format" is nothing'],
    [
      'with a file outside of the folder',
      (manifest) => ({
        ...manifest,
        archive: [{ ...manifest.archive[0], file: '../archive.bin' }],
      }),
      '"archive[0]" must be { file, bytes, sha256, first, rows }, got {"file":"../archive.bin"',
    ],
  ])('a manifest %s', async (_, change, words) => {
    const folder = await withManifest(bundle, copy(), change);
    await expect(ask(folder)).rejects.toMatchObject({
      name: 'BundleError',
      message: expect.stringContaining(`${join(folder, 'manifest.json')}: `),
    });
    await expect(ask(folder)).rejects.toThrow(words);
  });

  test('on the command line: one line, exit code 1', async () => {
    const folder = await brokenCopy(bundle, copy(), 'vectors', 'cut short');
    const { code, stdout, stderr } = await soutu('query', folder, photo('1a'));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^soutu query: .*vectors-[0-9a-f]{16}\.bin: expected \d+ bytes .*\n$/);
  });
});
