import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { smallBundle } from '../../../scripts/fuzz/small-bundle.ts';
import { command } from '../../../src/node/cli/eval.ts';
import { soutu } from '../../support/command/run-soutu.ts';
import { scene, writePhotos } from '../../support/photos.ts';
import { tempFolder } from '../../support/temp.ts';

const root = await tempFolder();
const bundle = join(root, 'bundle');
const photos = join(root, 'photos');
const things = [1, 2, 3, 4];
const truth = things.flatMap((n) => ['a', 'b', 'c'].map((which) => `${n}${which}.png\tthing ${n}`));

async function groups(...lines: string[]): Promise<string> {
  const path = join(root, 'groups.tsv');
  await writeFile(path, lines.join('\n'));
  return path;
}

beforeAll(async () => {
  await writePhotos(photos, Object.fromEntries(things.map((n) => [`${n}a.png`, n])));
  for (const n of things) {
    await scene(n)
      .modulate({ brightness: 1.1 })
      .toFile(join(photos, `${n}b.png`));
    await scene(n)
      .blur(0.8)
      .toFile(join(photos, `${n}c.png`));
  }
  await smallBundle(photos, bundle);
});

test('copies of one photo with small changes: all found, by the graph too', async () => {
  const path = await groups(...truth, '');
  const { code, stdout, stderr } = await soutu('eval', bundle, '--groups', path, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual({
    queries: 12,
    answerable: 12,
    top1: 1,
    mAP: 1,
    recall10: 1,
    flatMs: expect.any(Number),
    hnswMs: expect.any(Number),
    index: 'hnsw',
    recall: { queries: 12, recall1: 1, recall10: 1, recall50: 1 },
    cold: {
      queries: 1,
      bytes: expect.any(Object),
      requests: expect.any(Object),
      rounds: { median: 2, p95: 2 },
      recall10: 1,
      ms: expect.any(Number),
    },
    groupsFrom: 'file',
    ef: 64,
    unknown: 0,
    bands: {
      match: expect.any(Number),
      related: expect.any(Number),
      there: expect.any(Number),
      absent: expect.any(Number),
      far: { match: 0, related: expect.any(Number), queries: 155 },
      scores: {
        own: expect.any(Array),
        other: expect.any(Array),
        far: expect.any(Array),
      },
    },
  });
  const { bands, cold } = JSON.parse(stdout);
  // All vectors in half floats, and what the items are called.
  const { index } = JSON.parse(await readFile(join(bundle, 'manifest.json'), 'utf8'));
  expect(cold.bytes.median).toBeGreaterThan(12 * 2 * index.dimension);
  expect(cold.requests.median).toBeGreaterThanOrEqual(3);
  expect(bands.scores.own).toEqual([...bands.scores.own].sort((a: number, b: number) => a - b));
  // Every photo has two copies that are nearer than any photo of another thing.
  expect(bands.there).toBeGreaterThan(0.7);
  expect(bands.absent).toBeLessThanOrEqual(0.25);
  expect(bands.far.related).toBeLessThan(0.2);
});

test('without --groups: the groups of the catalogue, the same figures', async () => {
  const items = truth.map((line) => {
    const [image = '', group] = line.split('\t');
    return { id: image, image: join(photos, image), group };
  });
  const catalogue = join(root, 'catalogue.json');
  await writeFile(catalogue, JSON.stringify(items));
  const own = join(root, 'own-groups');
  await smallBundle(catalogue, own);
  const { code, stdout, stderr } = await soutu('eval', own, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ queries: 12, answerable: 12, top1: 1, mAP: 1 },
    groupsFrom: 'groups',
  });
});

test('without groups: photos of one folder are photos of one thing', async () => {
  const items = truth.map((line) => {
    const [image = '', group] = line.split('\t');
    return {
      id: image,
      image: join(photos, image),
      attributes: { folder: ['all', `all/${group}`] },
    };
  });
  const catalogue = join(root, 'folders.json');
  await writeFile(catalogue, JSON.stringify(items));
  const own = join(root, 'own-folders');
  await smallBundle(catalogue, own);
  const { code, stdout, stderr } = await soutu('eval', own, '--json');
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: 'No group has two photos, so photos of one folder count as photos of one thing.\n',
  });
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ queries: 12, answerable: 12, top1: 1, mAP: 1 },
    groupsFrom: 'folders',
  });
});

test('wrong groups count against it; ids missing from the bundle are counted; output as text', async () => {
  // 1a stands with 2a: neither is the nearest of the other, and 3a is alone.
  const path = await groups('1a.png\tx', '2a.png\tx\r', '3a.png\ty', 'z.png\ty', 'zz.png\ty');
  const ran = await soutu('eval', bundle, '--groups', path, '--ef', '20');
  expect(ran).toMatchObject({
    code: 0,
    stderr: `2 ids of ${path} are not in the bundle and are ignored.\n`,
  });
  expect(ran.stdout).toMatch(/^queries {5}3 \(2 with another photo of their group\)\n/);
  expect(ran.stdout).toMatch(
    /\ntop-1 {7}0\.000\nmAP {9}0\.\d{3}\nindex {7}hnsw: recall@1 1\.000, recall@10 1\.000, recall@50 1\.000 of /,
  );
  expect(ran.stdout).toMatch(
    /\nfirst {7}a first search downloads [\d.]+ kB in \d requests and 2 rounds\n/,
  );
  const printed = [...ran.stdout.matchAll(/^(\w+(?: scan)?) {2,}/gm)].map(([, name]) => name);
  expect(printed).toContain('first');
  // The help explains every line that is printed, by its name.
  for (const name of printed) expect(command.help).toMatch(new RegExp(`\\b${name}\\b`));
  expect(ran.stdout).toMatch(/\nsearch {6}\d+\.\d\d ms\nflat scan {3}\d+\.\d\d ms per search\n/);
  expect(ran.stdout).toMatch(/\nHNSW {8}\d+\.\d\d ms per search, recall@10 1\.000 at ef 20\n/);
  const shares =
    'match {7}from 0\\.\\d{3}\\nrelated {5}from 0\\.\\d{3}\\nthere {7}\\d+\\.\\d % find their thing first';
  expect(ran.stdout).toMatch(new RegExp(shares));
  expect(ran.stdout).toMatch(
    /\nabsent {6}\d+\.\d % are called a match [^\n]+\nfar {9}\d+\.\d % of 155 photos of other things are called a match, \d+\.\d % related or a match\n$/,
  );
});

describe('groups that cannot be used', () => {
  test('no two photos of one group in the bundle: what needs no groups is measured', async () => {
    const { code, stdout, stderr } = await soutu('eval', bundle, '--json');
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr:
        'No group and no folder has two photos, so top-1, mAP and the thresholds are not measured. Give the items of the ' +
        'catalogue a "group" and build it again, or pass --groups FILE.\n',
    });
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({ index: 'hnsw', recall: { recall10: 1 } });
    expect(result).not.toHaveProperty('mAP');
    expect(result).not.toHaveProperty('bands');
  });

  test('no two photos of one group in the file', async () => {
    const path = await groups('1a.png\tx', '2a.png\ty', 'zz.png\ty');
    await expect(run(path)).rejects.toThrow(
      `${path}: no group has two photos of the bundle, so there is nothing to find. Give photos of one thing ` +
        'the same group.',
    );
  });

  const run = (path: string) =>
    command.run({ positionals: [bundle], values: { groups: path, json: true } });

  test.each([
    ['1a.png', '"1a.png"'],
    ['1a.png\t', '"1a.png\\t"'],
    ['\tx', '"\\tx"'],
    ['1a.png\tx\ty', '"1a.png\\tx\\ty"'],
  ])('a line that is wrong is named: %j', async (line, got) => {
    const path = await groups('1b.png\tx', '', line);
    await expect(run(path)).rejects.toMatchObject({
      name: 'CatalogueError',
      message: `${path}, line 3: expected id, tab, group; got ${got}.`,
    });
  });

  test('no id of the bundle among them', async () => {
    const path = await groups('x\tx', 'y\ty');
    await expect(run(path)).rejects.toThrow(
      `${path}: none of its 2 ids is in the bundle, whose first is "1a.png".`,
    );
  });

  test('not there', async () => {
    const path = join(root, 'nowhere.tsv');
    await expect(run(path)).rejects.toThrow(`${path}: cannot be read: ENOENT`);
  });
});

test('--page: cannot be written, cannot be combined', async () => {
  const path = await groups(...truth);
  const page = join(root, 'nowhere', 'eval.html');
  const values = { groups: path, page, json: true };
  await expect(command.run({ positionals: [bundle], values })).rejects.toThrow(
    `--page ${page}: cannot be written: ENOENT`,
  );
  await expect(
    command.run({ positionals: [bundle], values: { page, robust: true } }),
  ).rejects.toThrow('--page cannot be combined with --robust.');
});

test('--page: one file with what was measured, without scripts', async () => {
  const path = await groups(...truth);
  const page = join(root, 'written.html');
  await command.run({ positionals: [bundle], values: { groups: path, page } });
  const html = await readFile(page, 'utf8');
  expect(html).toContain('<title>Evaluation: bundle</title>');
  expect(html).toContain('<dt>recall@10</dt><dd>1.000</dd>');
  expect(html).toContain('Best score in the same group');
  expect(html).not.toMatch(/<script|https?:/);
});

test('--page: a run that fails leaves an earlier page as it is', async () => {
  const page = join(root, 'eval.html');
  await writeFile(page, 'earlier');
  const values = { page };
  await expect(command.run({ positionals: [join(root, 'nowhere')], values })).rejects.toThrow(
    'no bundle here',
  );
  expect(await readFile(page, 'utf8')).toBe('earlier');
});
