/** What a build says about each item, and what --retry-failed and the limit of failures make of it. */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { build } from '../../../../src/node/build/build.ts';
import type { BuildOptions } from '../../../../src/node/build/options.ts';
import { soutu } from '../../../support/command/run-soutu.ts';
import { startHostileServer } from '../../../support/hostile-server.ts';
import { scene } from '../../../support/photos.ts';
import { tempFolder } from '../../../support/temp.ts';

const root = await tempFolder();
const out = join(root, 'out');
const table = join(root, 'shop.csv');
const whole = await scene(5, 400, 300).jpeg().toBuffer();
let isMended = false;
const server = await startHostileServer({
  '/good.jpg': (_, response) => response.end(whole),
  '/late.jpg': (_, response) =>
    isMended ? response.end(whole) : response.writeHead(404).end('not yet'),
  '/cut.jpg': (_, response) =>
    response.end(isMended ? whole : whole.subarray(0, whole.length >> 1)),
});

beforeAll(async () => {
  vi.stubEnv('SOUTU_CACHE', join(root, 'cache'));
  const rows = ['good.jpg', 'late.jpg', 'cut.jpg'].map((name) => `${name},${server.url}/${name}`);
  const local = join(root, 'local.jpg');
  await writeFile(local, whole);
  const missing = join(root, 'missing.jpg');
  rows.push(`local.jpg,${local}`, `missing.jpg,${missing}`);
  await writeFile(table, `id,image\n${rows.join('\n')}\n`);
});

afterAll(() => {
  server.close();
  vi.unstubAllEnvs();
});

const building = (more: Partial<BuildOptions> = {}) =>
  build({ photos: table, out, bundleOnly: true, allowPrivate: true, soft: false, ...more });

interface Report {
  readonly published: boolean;
  readonly problem?: string;
  readonly counts: Record<string, number>;
  readonly items: readonly { id: string; path: string; status: string; reason?: string }[];
}

const reportIn = async (folder: string): Promise<Report> =>
  JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'));

test('every item is in report.json, with the reason and nothing private', async () => {
  const { report } = await building();
  expect(report).toBe(join(out, 'report.json'));
  const { published, counts, items } = await reportIn(out);
  expect(published).toBe(true);
  expect(counts).toEqual({ photos: 5, ok: 3, unchanged: 0, failed: 2, damaged: 1 });
  expect(items).toEqual([
    {
      id: 'cut.jpg',
      path: `${server.url}/cut.jpg`,
      status: 'ok',
      damage: expect.stringMatching(/premature end/),
    },
    { id: 'good.jpg', path: `${server.url}/good.jpg`, status: 'ok' },
    {
      id: 'late.jpg',
      path: `${server.url}/late.jpg`,
      status: 'failed',
      reason: 'the server answered with status 404.',
    },
    { id: 'local.jpg', path: 'local.jpg', status: 'ok' },
    {
      id: 'missing.jpg',
      path: 'missing.jpg',
      status: 'failed',
      reason: 'no such file. Check the path.',
    },
  ]);
  expect(await readFile(join(out, 'report.json'), 'utf8')).not.toContain(root);
});

test('more failures than allowed: exit code 3, the release stays, and the report says why', async () => {
  const before = await readFile(join(out, 'manifest.json'));
  const flags = ['--out', out, '--bundle-only', '--allow-private', '--no-soft'];
  const ran = await soutu('build', table, ...flags, '--max-failures', '20%', '--thumb-size', '64');
  expect(ran.code).toBe(3);
  expect(ran.stdout).toBe('');
  expect(ran.stderr.trimEnd().split('\n').at(-1)).toBe(
    'soutu build: 2 of 5 photos failed (40.0 %), more than the 20 % that may fail. Nothing was published: the ' +
      `previous release stays as it is. Reasons: ${join(out, 'report.json')}`,
  );
  expect(await readFile(join(out, 'manifest.json'))).toEqual(before);
  const { published, problem, counts } = await reportIn(out);
  expect({ published, problem }).toEqual({
    published: false,
    problem: 'Too many photos failed.',
  });
  expect(counts.failed).toBe(2);
  await expect(building({ maxFailures: 0, out: join(root, 'strict') })).rejects.toMatchObject({
    name: 'FailuresError',
  });
  // Where nothing was published before, only the report is.
  expect((await readdir(join(root, 'strict'), { recursive: true })).sort()).toEqual([
    'report.html',
    'report.json',
  ]);
  await building({ maxFailures: 2 });
});

test('--retry-failed asks only for what failed or was damaged', async () => {
  isMended = true;
  const asked = server.requests.length;
  await building({ retryFailed: true });
  expect(server.requests.slice(asked).sort()).toEqual(['/cut.jpg', '/late.jpg']);
  const { counts, items } = await reportIn(out);
  expect(counts).toMatchObject({ photos: 5, failed: 1, damaged: 0 });
  expect(items.find(({ status }) => status === 'failed')?.id).toBe('missing.jpg');
});

test('without a report, --retry-failed says what to do; an own file is not overwritten', async () => {
  const elsewhere = join(root, 'reports');
  await building({ report: elsewhere });
  expect((await reportIn(elsewhere)).counts.photos).toBe(5);
  expect(await readdir(out)).not.toContain('report.json');
  await expect(building({ report: false, retryFailed: true })).rejects.toThrow(
    `--retry-failed: ${join(out, 'report.json')} does not exist, so there is no record of failures.`,
  );
  await rm(out, { recursive: true });
  await writeFile(join(elsewhere, 'report.json'), '{"my": "own"}');
  await expect(building({ report: elsewhere })).rejects.toThrow('not made by Soutu');
});

test.each([
  [['--max-failures', '5x'], '--max-failures: expected a whole number of photos, or a share'],
  [['--max-failures', '5', '--strict'], 'Give --max-failures or --strict'],
  [['--report', 'x', '--no-report'], 'Give --report or --no-report, not both.'],
])('%j is wrong usage', async (flags, words) => {
  const { code, stderr } = await soutu('build', table, '--out', out, ...flags);
  expect(code).toBe(2);
  expect(stderr).toContain(`soutu build: ${words}`);
});
