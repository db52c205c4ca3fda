/** A build from a table: what it says, and what it indexes. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { Bundle } from '../../../src/core/bundle/bundle.ts';
import { build } from '../../../src/node/build/build.ts';
import type { BuildOptions } from '../../../src/node/build/options.ts';
import { lockFolder } from '../../../src/node/files/lock.ts';
import { openFolderSource } from '../../../src/node/search/folder-source.ts';
import { soutu } from '../../support/command/run-soutu.ts';
import { startHostileServer } from '../../support/hostile-server.ts';
import { scene, writePhotos } from '../../support/photos.ts';
import { tempFolder } from '../../support/temp.ts';

const root = await tempFolder();

test('the output names the columns, and the row of a photo that is missing', async () => {
  await writePhotos(root, { 'photos/a.jpg': 1, 'photos/b.jpg': 2 });
  const table = join(root, 'shop.csv');
  const rows = [
    'Nr;Foto;Preis',
    'A1;photos/a.jpg;12,50',
    'A2;photos/none.jpg;3',
    'A3;photos/b.jpg;4',
  ];
  await writeFile(table, `\ufeff${rows.join('\r\n')}\r\n`);
  const out = join(root, 'bundle');
  const map = 'id=Nr,attributes.price=Preis';
  const { code, stderr } = await soutu('build', table, '--out', out, '--bundle-only', '--map', map);
  const lines = stderr.split('\n');
  expect(code).toBe(0);
  expect(lines).toContain(
    `${table}: id: column Nr (--map); image: column Foto; attributes: price (number).`,
  );
  expect(lines).toContain(
    `Skipped: ${table}, row 3: ${join(root, 'photos/none.jpg')}: no such file. Check the path.`,
  );
  const items = await (await Bundle.open(await openFolderSource(out))).items();
  expect(items.map(({ id, attributes }) => [id, attributes])).toEqual([
    ['A1', { price: 12.5 }],
    ['A3', { price: 4 }],
  ]);
});

test('a map that names no field is wrong usage', async () => {
  const { code, stderr } = await soutu('build', root, '--out', join(root, 'x'), '--map', 'sku');
  expect(code).toBe(2);
  expect(stderr).toContain('soutu build: --map: expected FIELD=COLUMN or -COLUMN, got "sku".');
});

test('photos at URLs are downloaded once; what fails is named by its row', async () => {
  vi.stubEnv('SOUTU_CACHE', join(root, 'cache'));
  afterAll(() => vi.unstubAllEnvs());
  const jpeg = await scene(3).jpeg().toBuffer();
  const authorizations: (string | undefined)[] = [];
  const server = await startHostileServer({
    '/photos/a%20b.jpg': (request, response) => {
      authorizations.push(request.headers.authorization);
      if (request.headers['if-none-match'] === '"1"') response.writeHead(304).end();
      else response.writeHead(200, { etag: '"1"' }).end(jpeg);
    },
  });
  const table = join(root, 'web.ndjson');
  const rows = [
    { id: 1, image: 'a b.jpg' },
    { id: 2, image: 'none.jpg' },
    { id: 3, image: `${server.url}/photos/a%20b.jpg` },
  ];
  await writeFile(table, rows.map((row) => JSON.stringify(row)).join('\n'));
  const out = join(root, 'web');
  const base = ['--photo-base', `http://me:secret@127.0.0.1:${server.port}/photos`];
  const build = (...flags: string[]) =>
    soutu('build', table, '--out', out, '--bundle-only', '--no-soft', ...base, ...flags);
  const refused = await build();
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain(
    `${table}, line 1: ${server.url}/photos/a%20b.jpg: it leads to the private address 127.0.0.1. If that is your ` +
      'own server, add --allow-private.',
  );
  expect(server.requests).toEqual([]);
  const first = await build('--allow-private');
  expect(first.code).toBe(0);
  expect(first.stderr).toContain(
    `Skipped: ${table}, line 2: ${server.url}/photos/none.jpg: the server answered with status 404.`,
  );
  expect(first.stderr).toMatch(/^Downloaded 2 \(0\.0 MB\), unchanged 0, failed 1\.$/m);
  const second = await build('--allow-private');
  server.close();
  expect(second.stderr).toMatch(/^Downloaded 0 \(0\.0 MB\), unchanged 2, failed 1\.$/m);
  const items = await (await Bundle.open(await openFolderSource(out))).items();
  expect(items.map(({ id, image }) => [id, image])).toEqual([
    ['1', 'a b.jpg'],
    ['3', `${server.url}/photos/a%20b.jpg`],
  ]);
  // The password of --photo-base goes to its server only, not to the output, the bundle or the cache.
  expect(authorizations).toContain(`Basic ${Buffer.from('me:secret').toString('base64')}`);
  expect(authorizations).toContain(undefined);
  expect([refused, first, second].map(({ stderr }) => stderr).join('')).not.toContain('secret');
  for (const folder of [out, join(root, 'cache')]) {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const content = await readFile(join(entry.parentPath, entry.name), 'latin1');
      expect(content.includes('me:secret')).toBe(false);
    }
  }
});

test('what can be refused is refused before a photo is downloaded', async () => {
  const server = await startHostileServer({});
  const list = join(root, 'refused.txt');
  await writeFile(list, `${server.url}/a.jpg\n`);
  const out = join(root, 'refused');
  await mkdir(out);
  vi.stubEnv('SOUTU_CACHE', join(root, 'cache'));
  const building = (more: Partial<BuildOptions> = {}) =>
    build({ photos: list, out, bundleOnly: true, allowPrivate: true, ...more });
  await writeFile(join(out, 'similar.json'), '{"my": "own"}');
  await expect(building({ similar: 3 })).rejects.toThrow('not made by Soutu');
  await rm(join(out, 'similar.json'));
  await expect(building({ model: join(root, 'no-model') })).rejects.toThrow('no-model');
  const lock = await lockFolder(out, { command: 'soutu build' });
  await expect(building()).rejects.toThrow('soutu build');
  await lock.release();
  expect(server.requests).toEqual([]);
  await expect(building()).rejects.toThrow();
  server.close();
  expect(server.requests).toEqual(['/a.jpg']);
});

test('a sitemap: pictures are downloaded, and lead to their pages', async () => {
  vi.stubEnv('SOUTU_CACHE', join(root, 'cache'));
  const jpeg = await scene(4).jpeg().toBuffer();
  const server = await startHostileServer({
    '/a.jpg': (_, response) => response.end(jpeg),
    '/b.jpg': (_, response) =>
      response.writeHead(200, { 'content-type': 'image/jpeg' }).end('<!doctype html><p>Log in'),
  });
  const sitemap = join(root, 'sitemap.xml');
  const pages = ['a', 'b'].map(
    (name) =>
      `<url><loc>https://shop.example/${name}</loc><image:image><image:loc>${server.url}/${name}.jpg</image:loc>` +
      '</image:image></url>',
  );
  const spaces =
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"';
  await writeFile(sitemap, `<urlset ${spaces}>\n${pages.join('\n')}\n</urlset>`);
  const out = join(root, 'mapped');
  const flags = ['--bundle-only', '--no-soft', '--allow-private'];
  const { code, stderr } = await soutu('build', sitemap, '--out', out, ...flags);
  server.close();
  expect(code).toBe(0);
  expect(stderr).toContain(`${sitemap}: read as a sitemap with 2 entries.`);
  expect(stderr).toContain(
    `Skipped: ${sitemap}, line 3: ${server.url}/b.jpg: expected a photo, got a web page.`,
  );
  const items = await (await Bundle.open(await openFolderSource(out))).items();
  expect(items.map(({ image, url }) => [image, url])).toEqual([
    [`${server.url}/a.jpg`, 'https://shop.example/a'],
  ]);
});
