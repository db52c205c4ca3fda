/** Downloads through a proxy, a real one on this machine. */
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { proxiesOf } from '../../../src/node/photos/download/proxy.ts';
import { Requester } from '../../../src/node/photos/download/request.ts';
import { CERTIFICATE, KEY } from '../../support/wrong-host-certificate.ts';

const LIMITS = { idleMs: 3000, totalMs: 8000, maxBytes: 100_000 };
const plain = http.createServer((request, response) => {
  if (request.url === '/moved') response.writeHead(302, { location: 'http://localhost/x' });
  response.end(`plain ${request.url} ${request.headers.authorization ?? ''}`);
});
const secure = https.createServer({ cert: CERTIFICATE, key: KEY }, (request, response) => {
  response.end(`secure ${request.url}`);
});
const seen: string[] = [];
/** Sends all to the two servers above, whatever the name. */
const proxy = http.createServer((request, response) => {
  seen.push(
    `${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim(),
  );
  if (request.url?.includes('secret.invalid') && !request.headers['proxy-authorization']) {
    response.writeHead(407).end();
    return;
  }
  const { pathname } = new URL(request.url ?? '');
  const { authorization } = request.headers;
  const headers = authorization === undefined ? {} : { authorization };
  const forwarded = http.get({ port: portOf(plain), path: pathname, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 0, answer.headers);
    answer.pipe(response);
  });
  forwarded.on('error', () => response.destroy());
});
proxy.on('connect', (request, socket) => {
  seen.push(`CONNECT ${request.url}`);
  socket.on('error', () => undefined);
  if (request.url?.startsWith('forbidden')) {
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    return;
  }
  const upstream = connect(portOf(secure), '127.0.0.1', () => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    upstream.pipe(socket);
    socket.pipe(upstream);
  });
  upstream.on('error', () => socket.destroy());
});
for (const server of [plain, secure, proxy]) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}
function portOf(server: http.Server): number {
  return (server.address() as AddressInfo).port;
}
const requesters: Requester[] = [];
afterAll(() => {
  for (const requester of requesters) requester.close();
  for (const server of [plain, secure, proxy]) {
    server.closeAllConnections();
    server.close();
  }
});

async function get(
  url: string,
  env: NodeJS.ProcessEnv,
  isAllowed?: () => boolean,
): Promise<string> {
  const requester = new Requester(LIMITS, isAllowed, CERTIFICATE, proxiesOf(env));
  requesters.push(requester);
  const { status, body } = await requester.get(url, {}, async (pieces) => {
    const all: Buffer[] = [];
    for await (const piece of pieces) all.push(piece);
    return Buffer.concat(all).toString();
  });
  return `${status} ${body}`;
}

const own = (user = '') => `http://${user}127.0.0.1:${portOf(proxy)}`;

test('http and https go through the proxy, which resolves the names', async () => {
  seen.length = 0;
  const env = { http_proxy: own(), https_proxy: own() };
  expect(await get('http://photos.invalid/a.jpg?x=1#part', env)).toBe('200 plain /a.jpg ');
  expect(await get('https://wrong.example/b.jpg', env)).toBe('200 secure /b.jpg');
  expect(seen).toEqual(['GET http://photos.invalid/a.jpg?x=1', 'CONNECT wrong.example:443']);
  // The certificate is that of the server, so the proxy cannot put another one in its place.
  await expect(get('https://other.invalid/', env)).rejects.toThrow(
    'its certificate is for another host',
  );
});

test('passwords of the proxy and of the URL each go where they belong', async () => {
  seen.length = 0;
  const env = { ALL_PROXY: own('me:p%40ss@') };
  expect(await get('http://you:s3cret@secret.invalid/a', env)).toBe(
    `200 plain /a Basic ${Buffer.from('you:s3cret').toString('base64')}`,
  );
  expect(seen).toEqual([
    `GET http://secret.invalid/a Basic ${Buffer.from('me:p@ss').toString('base64')}`,
  ]);
  await expect(get('http://secret.invalid/a', { http_proxy: own() })).rejects.toThrow(
    'the proxy asks for a user name and a password',
  );
  await expect(get('https://forbidden.invalid/', { https_proxy: own() })).rejects.toThrow(
    'the proxy refused the connection with status 403',
  );
  await expect(get('http://photos.invalid/', { http_proxy: 'http://127.0.0.1:1' })).rejects.toThrow(
    'the proxy cannot be reached: the connection was refused',
  );
});

test('private addresses are refused with a proxy, too, also by name and after a redirect', async () => {
  seen.length = 0;
  const env = { http_proxy: own(), https_proxy: own() };
  await expect(get('http://10.0.0.1/', env)).rejects.toThrow('private address 10.0.0.1');
  await expect(get('http://localhost/', env)).rejects.toThrow(/private address (127\.0\.0\.1|::1)/);
  await expect(get('https://localhost/', env)).rejects.toThrow(/private address/);
  expect(seen).toEqual([]);
  await expect(get('http://photos.invalid/moved', env)).rejects.toThrow(/private address/);
  expect(seen).toEqual(['GET http://photos.invalid/moved']);
  expect(await get('http://localhost/a', env, () => true)).toBe('200 plain /a ');
});

test('NO_PROXY names hosts, domains, ports and networks that are reached directly', () => {
  const of = (url: string, env: NodeJS.ProcessEnv) => proxiesOf(env)(new URL(url))?.href ?? null;
  const both = { http_proxy: 'proxy:3128', HTTPS_PROXY: 'https://proxy.example' };
  expect(of('http://a.example/', both)).toBe('http://proxy:3128/');
  expect(of('https://a.example/', both)).toBe('https://proxy.example/');
  expect(of('https://a.example/', { http_proxy: 'proxy' })).toBeNull();
  expect(of('http://a.example/', { HTTP_PROXY: 'proxy' })).toBe('http://proxy/');
  expect(of('http://a.example/', { HTTP_PROXY: 'proxy', REQUEST_METHOD: 'GET' })).toBeNull();
  expect(of('http://a.example/', { http_proxy: 'one', HTTP_PROXY: 'two' })).toBe('http://one/');
  const direct: [noProxy: string, url: string, isDirect: boolean][] = [
    ['*', 'http://a.example/', true],
    ['example', 'http://a.example/', true],
    ['.a.example', 'http://a.example/', true],
    ['a.example', 'http://b.a.example/', true],
    ['a.example', 'http://ba.example/', false],
    ['b.example, a.example', 'https://a.example/', true],
    ['a.example:443', 'https://a.example/', true],
    ['a.example:80', 'https://a.example/', false],
    ['10.0.0.0/8', 'http://10.1.2.3/', true],
    ['10.0.0.0/8', 'http://11.1.2.3/', false],
    ['::1', 'http://[::1]/', true],
    ['fd00::/8', 'http://[fd12::1]/', true],
    ['', 'http://a.example/', false],
  ];
  for (const [no_proxy, url, isDirect] of direct) {
    expect(of(url, { ...both, no_proxy }) === null, `${no_proxy} ${url}`).toBe(isDirect);
  }
});

test.each(['socks5://me:S3cret@proxy:1080', 'http://', 'http://me:S3cret@[', '://x'])(
  'another kind of proxy is refused without being quoted: %s',
  (value) => {
    const words =
      'https_proxy is not the URL of a proxy that can be used. Expected one such as http://proxy.example:8080. Fix or unset it.';
    expect(() => proxiesOf({ https_proxy: value })).toThrow(words);
  },
);
