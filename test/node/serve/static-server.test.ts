import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type ServeOptions, serveFolder } from '../../../src/node/serve/static-server.ts';
import { tempFolder } from '../../support/temp.ts';

const root = await tempFolder();
const site = join(root, 'site');
const hash = '0123456789abcdef';
const files = [
  'site/index.html',
  'site/assets/main-Bx3.js',
  'site/bundle/manifest.json',
  `site/bundle/items-${hash}.json`,
  `site/bundle/thumbs/${hash}.webp`,
  'site/bundle/items-2026.json',
  'secret.txt',
];
for (const file of files) {
  await mkdir(dirname(join(root, file)), { recursive: true });
  await writeFile(join(root, file), `content of ${file}`);
}

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function serve(options: Partial<ServeOptions> = {}): Promise<string> {
  const server = await serveFolder(site, { port: 0, ...options });
  open.push(server.close);
  return server.url;
}

/** Without the tidying of paths that `fetch` and `new URL` do. */
function rawGet(url: string, path: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(url);
    request({ host: '127.0.0.1', port, path }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    })
      .on('error', reject)
      .end();
  });
}

test('serves files with their types, and 404 for what is not there', async () => {
  const url = await serve();
  const page = await fetch(url);
  expect([page.status, await page.text()]).toEqual([200, 'content of site/index.html']);
  expect(page.headers.get('content-type')).toContain('text/html');
  const manifest = await fetch(`${url}bundle/manifest.json?again=1`);
  expect(await manifest.text()).toBe('content of site/bundle/manifest.json');
  expect(manifest.headers.get('content-type')).toContain('application/json');
  const missing = await fetch(`${url}bundle/nothing.json`);
  expect([missing.status, await missing.text()]).toEqual([404, 'Not found']);
});

test('a sub-path: the site below it, nothing outside', async () => {
  const url = await serve({ base: '/shop/search/' });
  expect(new URL(url).pathname).toBe('/shop/search/');
  expect(await (await fetch(url)).text()).toBe('content of site/index.html');
  expect((await fetch(`${url}bundle/manifest.json`)).status).toBe(200);
  for (const path of ['/', '/index.html', '/shop/', '/shop/searchindex.html']) {
    expect((await fetch(new URL(path, url))).status, path).toBe(404);
  }
});

test.each([
  ['/../secret.txt'],
  ['/bundle/../../secret.txt'],
  ['/%2e%2e/secret.txt'],
  ['/..%2fsecret.txt'],
  ['/../../../../../../etc/passwd'],
  ['//etc/passwd'],
])('nothing above the folder: %s', async (path) => {
  const { status, text } = await rawGet(await serve(), path);
  expect([status, text]).toEqual([404, 'Not found']);
});

describe('headers', () => {
  test.each([
    ['', 'no-cache'],
    ['bundle/manifest.json', 'no-cache'],
    ['bundle/items-2026.json', 'no-cache'],
    ['assets/main-Bx3.js', 'public, max-age=31536000, immutable'],
    [`bundle/items-${hash}.json`, 'public, max-age=31536000, immutable'],
    [`bundle/thumbs/${hash}.webp`, 'public, max-age=31536000, immutable'],
  ])('/%s: %s', async (path, expected) => {
    const { status, headers } = await fetch((await serve()) + path);
    expect([status, headers.get('cache-control')]).toEqual([200, expected]);
  });

  test('own headers on every file', async () => {
    const headers = { 'Content-Security-Policy': "default-src 'self'" };
    const response = await fetch(await serve({ headers }));
    expect(response.headers.get('content-security-policy')).toBe("default-src 'self'");
  });
});

test('a listener sees each request and may answer it', async () => {
  const seen: (string | undefined)[] = [];
  const url = await serve({
    onRequest(request, response) {
      seen.push(request.url);
      if (request.url !== '/mine') return false;
      response.end('mine');
      return true;
    },
  });
  expect(await (await fetch(`${url}mine`)).text()).toBe('mine');
  expect((await fetch(`${url}index.html`)).status).toBe(200);
  expect(seen).toEqual(['/mine', '/index.html']);
});

test('a file that cannot be opened any more is not there, and the others are', async () => {
  // A socket is there when it is looked at, and cannot be opened as a file: as one that goes in between.
  const socket = createServer().listen(join(site, 'gone.bin'));
  await once(socket, 'listening');
  const url = await serve();
  const gone = await fetch(`${url}gone.bin`);
  expect([gone.status, await gone.text()]).toEqual([404, 'Not found']);
  expect((await fetch(`${url}index.html`)).status).toBe(200);
  socket.close();
});

test('a port that is taken is an error with its code; a closed server gives it back', async () => {
  const { url, close } = await serveFolder(site, { port: 0 });
  const port = Number(new URL(url).port);
  await expect(serveFolder(site, { port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await close();
  expect(await serve({ port })).toBe(url);
});
