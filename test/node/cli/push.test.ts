/** `soutu push` from a built bundle into PGlite with pgvector. */
import { cp, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEngine } from '../../../src/node/search/open-engine.ts';
import { openStore } from '../../../src/node/stores/open-store.ts';
import { soutu, startSoutu } from '../../support/command/run-soutu.ts';
import { startPgvector } from '../../support/databases/pglite.ts';
import { tempFolder } from '../../support/temp.ts';
import { wanting } from '../../support/vectors.ts';

const PHOTOS = 'public/sample/photos';
const root = await tempFolder();
const photos = join(root, 'photos');
const site = join(root, 'site');
const server = await startPgvector();
const to = `postgres://postgres@127.0.0.1:${server.port}/postgres`;
afterAll(() => server.stop());

beforeAll(async () => {
  const some = (await readdir(PHOTOS)).filter((name) => /^(mug|vase)-00[12]/.test(name));
  expect(some).toHaveLength(12);
  for (const name of some) await cp(join(PHOTOS, name), join(photos, name));
  const built = await soutu('build', photos, '--out', site, '--bundle-only', '--index', 'flat');
  expect(built).toMatchObject({ code: 0 });
}, 180_000);

test('a dry run prints the statements and sends nothing', async () => {
  const ran = await soutu('push', site, '--to', to, '--dry-run');
  expect(ran.code).toBe(0);
  // Each line of a statement is a line, and none is an escape.
  expect(ran.stdout).toMatch(/^CREATE TABLE "soutu_r_[0-9a-f]{16}" \($/m);
  expect(ran.stdout).toMatch(/^ {2}embedding vector\(305\) NOT NULL$/m);
  expect(ran.stdout).not.toContain('\\u000a');
  expect(ran.stdout).toMatch(/"vector":"(-?\d\.\d{4}, ){4}… \(305 numbers\)"/);
  expect(ran.stderr).toMatch(
    /Dry run: release [0-9a-f]{16} with 12 items was not sent to postgres:/,
  );
  const listed = await soutu('push', '--list', '--to', to);
  expect(listed).toEqual({ code: 0, stdout: '', stderr: `${to}: nothing was pushed yet.\n` });
});

test('pushes, pushes nothing again, lists and drops; the scores are those of the bundle', async () => {
  const env = { STORE: to, SOUTU_STORE_PASSWORD: 'not asked for' };
  const { ended } = startSoutu(['push', site, '--to', 'env:STORE', '--name', 'shop'], env);
  const ran = await ended;
  expect({ ...ran, stderr: '' }).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(ran.stderr).toContain('Pushing 12 items\n');
  expect(ran.stderr).toMatch(
    /Published release [0-9a-f]{16} in postgres:.+: 12 items \(12 sent, 0 unchanged\) in \d+\.\d s\n$/,
  );
  const again = await soutu('push', site, '--to', to, '--name', 'shop', '--json');
  const { release, ...summary } = JSON.parse(again.stdout);
  expect(summary).toMatchObject({ store: to, published: false, sent: 0, unchanged: 12 });
  const listed = await soutu('push', '--list', '--to', to, '--name', 'shop');
  expect(listed.stdout).toMatch(
    new RegExp(`^\\* +${release} +12 items +305 numbers +model [0-9a-f]{16}`),
  );
  const dropped = await soutu('push', '--drop', release, '--to', to, '--name', 'shop');
  expect(dropped.code).toBe(1);
  expect(dropped.stderr).toContain(`release ${release} is current. Publish another one first.`);

  const engine = await openEngine(site);
  const store = await openStore(to, { name: 'shop' }, {});
  const info = await store.current();
  if (!info) throw new Error('nothing was published');
  const retriever = await store.retriever(info);
  const { id } = (await engine.bundle.items())[4] ?? { id: '' };
  const query = await engine.retriever.get(id);
  if (!query) throw new Error(`no item ${id}`);
  const hitsOf = async (from: typeof retriever) =>
    (await from.nearest(query.vector, wanting(12, { exact: true }))).rows;
  const [got, expected] = [await hitsOf(retriever), await hitsOf(engine.retriever)];
  expect(got.map(({ row }) => row.id)).toEqual(expected.map(({ row }) => row.id));
  got.forEach(({ score }, i) => {
    expect(score).toBeCloseTo(expected[i]?.score ?? 0, 5);
  });
  await engine.dispose();
  await store.close();
}, 180_000);

test('a config has the folder and the options; flags win', async () => {
  const config = join(root, 'shop.json');
  const write = (push: object) => writeFile(config, JSON.stringify({ out: 'site', push }));
  await write({ to, name: 'configured', m: 8 });
  const ran = await soutu('push', '--config', config, '--dry-run');
  expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining('with 12 items') });
  expect(ran.stdout).toContain('CREATE TABLE "configured_r_');
  expect(ran.stdout).toMatch(/m = 8\b/);
  const flagged = await soutu('push', '--config', config, '--dry-run', '--m', '9', '--to', to);
  expect(flagged.stdout).toMatch(/m = 9\b/);
  // The name was that of the other engine.
  expect(flagged.stdout).toContain('CREATE TABLE "soutu_r_');
  await write({ tp: to });
  const wrong = await soutu('push', '--config', config);
  expect(wrong.stderr).toContain('unknown field "push.tp". Did you mean "to"?');
  await write({ name: 'x' });
  const missing = await soutu('push', '--config', config);
  expect(missing.stderr).toContain(`--to URL is missing, and "push" in ${config} does not say it`);
});

test.each([
  [['push'], '--to URL is missing. For example: --to postgres://user@host/database. See --help.'],
  [['push', '--to', 'redis:h'], 'Expected DIR, got nothing. See --help.'],
  [['push', 'nowhere', '--to', 'x://secret@h/d'], 'nowhere: no bundle here'],
  [
    ['push', '--drop', 'A b', '--to', to],
    '--drop: "A b" is not the name of a release. See: soutu push --list',
  ],
  [
    ['push', '--drop', 'abc', '--dry-run', '--to', to],
    '--drop and --dry-run cannot be given together.',
  ],
  [['push', 'x', '--to', to, '--max-failures', 'all'], '--max-failures: expected a whole number'],
])('soutu %j is refused', async (args, words) => {
  const ran = await soutu(...args);
  expect(ran.code).not.toBe(0);
  expect(ran.stdout).toBe('');
  expect(ran.stderr).toContain(words);
  expect(ran.stderr).not.toContain('secret');
});
