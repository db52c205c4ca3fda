import { once } from 'node:events';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
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

/** One request, byte for byte: `fetch` tidies paths and refuses some headers. */
async function raw(
  url: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const lines = Object.entries({ Host: 'localhost', Connection: 'close', ...headers });
  socket.write(
    `${method} ${path} HTTP/1.1\r\n${lines.map((it) => `${it.join(': ')}\r\n`).join('')}\r\n`,
  );
  const text = (await buffer(socket)).toString();
  const [head = '', ...body] = text.split('\r\n\r\n');
  const [status = '', ...fields] = head.split('\r\n');
  return {
    status: Number(status.split(' ')[1]),
    headers: new Headers(fields.map((line) => line.split(': ', 2) as [string, string])),
    body: body.join('\r\n\r\n'),
  };
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

describe('ranges, by RFC 9110 14', () => {
  // 21 bytes: "0123456789 the digits"
  const whole = '0123456789 the digits';
  const file = 'digits.bin';

  test.each([
    ['bytes=0-0', 206, 'bytes 0-0/21', '0'],
    ['bytes=0-4', 206, 'bytes 0-4/21', '01234'],
    ['bytes=15-', 206, 'bytes 15-20/21', 'digits'],
    ['bytes=-6', 206, 'bytes 15-20/21', 'digits'],
    ['bytes=-21', 206, 'bytes 0-20/21', whole],
    ['bytes=-99', 200, null, whole],
    ['bytes=11-9999', 206, 'bytes 11-20/21', 'the digits'],
    ['bytes=20-20', 206, 'bytes 20-20/21', 's'],
    ['bytes=21-', 416, 'bytes */21', 'The file has no such range.'],
    ['bytes=5-1', 416, 'bytes */21', 'The file has no such range.'],
    ['bytes=-0', 416, 'bytes */21', 'The file has no such range.'],
    // Several ranges, other units and nonsense may be ignored.
    ['bytes=0-1,4-5', 200, null, whole],
    ['lines=0-1', 200, null, whole],
    ['bytes', 200, null, whole],
  ])('%s: %i', async (range, status, contentRange, body) => {
    await writeFile(join(site, file), whole);
    const url = await serve();
    const got = await raw(url, `/${file}`, { Range: range });
    expect([got.status, got.headers.get('content-range'), got.body]).toEqual([
      status,
      contentRange,
      body,
    ]);
    expect(got.headers.get('content-length') ?? String(body.length)).toBe(String(body.length));
    expect((await raw(url, '/index.html')).status, 'the server goes on').toBe(200);
  });

  test('a part of another version of the file is not sent', async () => {
    await writeFile(join(site, file), whole);
    const headers = { Range: 'bytes=0-4', 'If-Range': '"another"' };
    expect((await raw(await serve(), `/${file}`, headers)).body).toBe(whole);
  });
});

test('a file that the browser has is not sent again', async () => {
  const url = await serve();
  const etag = (await raw(url, '/index.html')).headers.get('etag') ?? '';
  const again = await raw(url, '/index.html', { 'If-None-Match': etag });
  expect([again.status, again.body]).toEqual([304, '']);
});

test('HEAD gives the head of GET, other methods are refused', async () => {
  const url = await serve();
  const head = await raw(url, '/index.html', {}, 'HEAD');
  expect([head.status, head.headers.get('content-length'), head.body]).toEqual([200, '26', '']);
  const post = await raw(url, '/index.html', {}, 'POST');
  expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
});

describe('nothing but the site', () => {
  test('links are followed inside of it only', async () => {
    await symlink(join(root, 'secret.txt'), join(site, 'link-out.txt'));
    await symlink(root, join(site, 'folder-out'));
    await symlink(join(site, 'index.html'), join(site, 'link-in.html'));
    await symlink('loop', join(site, 'loop'));
    const url = await serve();
    for (const path of ['/link-out.txt', '/folder-out/secret.txt', '/folder-out/', '/loop']) {
      expect((await raw(url, path)).status, path).toBe(404);
    }
    expect((await raw(url, '/link-in.html')).body).toBe('content of site/index.html');
  });

  test.each(['/.env', '/.git/config', '/%2egit/config', '/bundle/.draft.json'])(
    'hidden files stay hidden: %s',
    async (path) => {
      const file = join(site, decodeURIComponent(path));
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, 'hidden');
      expect(await raw(await serve(), path)).toMatchObject({ status: 404, body: 'Not found' });
    },
  );

  test.each(['/%', '/%ff', '/a%00b', '//index.html'])('%s is no path', async (path) => {
    expect((await raw(await serve(), path)).status).toBe(404);
  });

  test('a folder without its slash leads to the one with it', async () => {
    const url = await serve({ base: '/shop/' });
    await writeFile(join(site, 'bundle/index.html'), 'the bundle');
    const moved = await raw(url, '/shop/bundle');
    expect([moved.status, moved.headers.get('location')]).toEqual([301, '/shop/bundle/']);
    expect((await raw(url, '/shop/bundle/')).body).toBe('the bundle');
  });

  test('names with spaces, percent signs and other letters', async () => {
    const url = await serve();
    for (const name of ['a b.txt', '100%.txt', 'Größe 搜图.txt', 'a+b&c#d?.txt']) {
      await writeFile(join(site, name), name);
      expect((await raw(url, `/${encodeURIComponent(name)}`)).body).toBe(name);
    }
  });
});

test.each([
  ['localhost:4173', 200],
  ['localhost', 200],
  ['shop.localhost:80', 200],
  ['127.0.0.1:4173', 200],
  ['[::1]:4173', 200],
  ['rebound.example', 403],
  ['localhost.example:4173', 403],
  ['notlocalhost', 403],
  ['192.168.1.20:4173', 403],
])('Host: %s gets %i', async (Host, status) => {
  const got = await raw(await serve(), '/', { Host });
  expect(got.status).toBe(status);
  if (status === 403) {
    expect(got.body).toBe('This server answers to "localhost" and 127.0.0.1 only.');
  }
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
