/** A catalogue from a server that misbehaves: the build ends, names each photo in report.json, and loses nothing else. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, expect, test, vi } from 'vitest';
import { build } from '../../../../src/node/build/site.ts';
import { startHostileServer } from '../../../support/hostile-server.ts';
import { scene } from '../../../support/photos.ts';
import { tempFolder } from '../../../support/temp.ts';

const root = await tempFolder();
const jpeg = await scene(5, 300, 200).jpeg().toBuffer();
const bomb = gzipSync(Buffer.alloc(120e6));
const vast = await sharp({
  create: { width: 10_000, height: 8000, channels: 3, background: '#c96' },
})
  .png({ compressionLevel: 9 })
  .toBuffer();
let asked = 0;
const server = await startHostileServer({
  '/good.jpg': (_, response) => response.end(jpeg),
  '/endless.jpg': (_, response) => {
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(1 << 20, 1)));
    };
    response.on('drain', more);
    more();
  },
  '/loop.jpg': (_, response) => response.writeHead(302, { location: '/loop.jpg' }).end(),
  '/page.jpg': (_, response) =>
    response.writeHead(200, { 'content-type': 'image/jpeg' }).end('<!doctype html><p>Log in'),
  '/bomb.jpg': (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
  '/busy.jpg': (_, response) => {
    if (asked++ === 0) response.writeHead(429, { 'retry-after': '1' }).end();
    else response.end(jpeg);
  },
  '/vast.png': (_, response) => response.end(vast),
});
afterAll(() => {
  server.close();
  vi.unstubAllEnvs();
});

test('each photo that fails is named with its reason; the others are in the search', async () => {
  vi.stubEnv('SOUTU_CACHE', join(root, 'cache'));
  const names = ['good', 'endless', 'loop', 'page', 'bomb', 'busy', 'gone'];
  const urls = [...names.map((name) => `${server.url}/${name}.jpg`), `${server.url}/vast.png`];
  const table = join(root, 'shop.csv');
  await writeFile(
    table,
    `id,image\n${urls.map((url) => `${url.split('/').at(-1)},${url}`).join('\n')}\n`,
  );
  const out = join(root, 'out');
  const limits = { maxPixels: 50_000_000, soft: false } as const;
  const { counts } = await build({
    ...{ photos: table, out, bundleOnly: true, allowPrivate: true, perHost: 8, ...limits },
  });
  expect(counts).toMatchObject({ photos: 8, indexed: 2, failed: 6 });
  const { items } = JSON.parse(await readFile(join(out, 'report.json'), 'utf8')) as {
    items: { id: string; status: string; reason?: string }[];
  };
  expect(items.map(({ id, status }) => `${id} ${status}`)).toEqual([
    ...['bomb.jpg failed', 'busy.jpg ok', 'endless.jpg failed', 'gone.jpg failed', 'good.jpg ok'],
    ...['loop.jpg failed', 'page.jpg failed', 'vast.png failed'],
  ]);
  const reasons = new Map(items.map(({ id, reason }) => [id, reason]));
  expect(reasons.get('vast.png')).toContain('10000×8000 pixels, more than the 50000000');
  expect(reasons.get('page.jpg')).toContain('expected a photo, got a web page');
  expect(reasons.get('gone.jpg')).toContain('status 404');
  for (const [id, reason = ''] of reasons) {
    if (!['good.jpg', 'busy.jpg'].includes(id))
      expect([id, reason.length > 10]).toEqual([id, true]);
  }
});
