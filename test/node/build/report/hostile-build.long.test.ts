/**
 * A catalogue from servers that misbehave: the build ends, names each photo in report.json, and loses nothing else. The
 * command line runs as its owner would run it behind a proxy, which leads every host to this machine: so private addresses
 * are refused, as they are by default.
 */
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, expect, test } from 'vitest';
import { startSoutu } from '../../../support/command/run-soutu.ts';
import { startHostileServer } from '../../../support/hostile-server.ts';
import { scene } from '../../../support/photos.ts';
import { tempFolder } from '../../../support/temp.ts';
import { CERTIFICATE, KEY } from '../../../support/wrong-host-certificate.ts';

const root = await tempFolder();
const [jpeg, busy, secret] = (await Promise.all(
  [5, 6, 7].map((seed) => scene(seed, 300, 200).jpeg().toBuffer()),
)) as [Buffer, Buffer, Buffer];
const bomb = gzipSync(Buffer.alloc(120e6));
const vast = await sharp({
  create: { width: 10_000, height: 8000, channels: 3, background: '#c96' },
})
  .png({ compressionLevel: 9 })
  .toBuffer();
let asked = 0;
let told = 0;
const hostile = await startHostileServer({
  '/good.jpg': (_, response) => response.end(jpeg),
  '/drip.jpg': (_, response) => {
    response.writeHead(200, { 'content-length': jpeg.length });
    const drip = setInterval(() => response.write(jpeg.subarray(told++, told)), 50);
    response.on('close', () => clearInterval(drip));
  },
  '/endless.jpg': (_, response) => {
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(1 << 20, 1)));
    };
    response.on('drain', more);
    more();
  },
  '/loop.jpg': (_, response) => response.writeHead(302, { location: '/loop.jpg' }).end(),
  '/inward.jpg': (_, response) =>
    response.writeHead(302, { location: 'http://127.0.0.1:1/admin.jpg' }).end(),
  '/page.jpg': (_, response) =>
    response.writeHead(200, { 'content-type': 'image/jpeg' }).end('<!doctype html><p>Log in'),
  '/bomb.jpg': (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
  '/busy.jpg': (_, response) => {
    if (asked++ === 0) response.writeHead(429, { 'retry-after': '1' }).end();
    else response.end(busy);
  },
  '/vast.png': (_, response) => response.end(vast),
});
const secure = createServer({ key: KEY, cert: CERTIFICATE }, (_, response) => response.end(secret));
const proxy = await startProxy(hostile.port, secure);
afterAll(() => {
  hostile.close();
  proxy.close();
});

test('each photo that fails is named with its reason; the others are in the search', async () => {
  const host = 'http://photos.invalid';
  const urls = [
    ...['good', 'drip', 'endless', 'loop', 'inward', 'page', 'bomb', 'busy', 'gone'].map(
      (name) => `${host}/${name}.jpg`,
    ),
    `${host}/vast.png`,
    'https://photos.invalid/name.jpg',
    'https://wrong.example/secure.jpg',
  ];
  const table = join(root, 'shop.csv');
  const rows = urls.map((url) => `${url.split('/').at(-1)},${url}`);
  await writeFile(table, `id,image\n${rows.join('\n')}\n`);
  const out = join(root, 'out');
  const certificate = join(root, 'wrong.pem');
  await writeFile(certificate, CERTIFICATE);
  const { code, stderr } = await startSoutu(
    [
      ...['build', table, '--out', out, '--bundle-only', '--no-soft', '--max-pixels', '50000000'],
      ...['--per-host', '16', '--photo-timeout', '10', '--max-failures', '100%'],
    ],
    {
      SOUTU_CACHE: join(root, 'cache'),
      NODE_EXTRA_CA_CERTS: certificate,
      http_proxy: proxy.url,
      https_proxy: proxy.url,
    },
  ).ended;
  expect(stderr).toContain('3 of 12 photos indexed');
  expect(code).toBe(0);
  const { items } = JSON.parse(await readFile(join(out, 'report.json'), 'utf8')) as {
    items: { id: string; status: string; reason?: string }[];
  };
  const said = new Map(items.map(({ id, status, reason }) => [id, `${status} ${reason ?? ''}`]));
  const failed = (reason: string) => expect.stringMatching(new RegExp(`^failed .*${reason}`));
  expect(Object.fromEntries(said)).toEqual({
    'good.jpg': 'ok ',
    'busy.jpg': 'ok ',
    'secure.jpg': 'ok ',
    'drip.jpg': failed('it took longer than 10 s'),
    'endless.jpg': failed('it is larger than 104857600 bytes|it took longer than 10 s'),
    'loop.jpg': failed('more than 5 redirects'),
    'inward.jpg': failed('it leads to the private address 127.0.0.1'),
    'page.jpg': failed('expected a photo, got a web page'),
    'bomb.jpg': failed('it unpacks to more than 104857600 bytes'),
    'gone.jpg': failed('status 404'),
    'vast.png': failed('10000×8000 pixels, more than the 50000000'),
    'name.jpg': failed('its certificate is for another host'),
  });
});

/** Leads plain requests to one port of this machine, and tunnels to a server of its own. */
async function startProxy(plainPort: number, tlsServer: Server) {
  const tunnel = tlsServer.listen(0, '127.0.0.1');
  await once(tunnel, 'listening');
  const server = http.createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '');
    const onward = http.get({ port: plainPort, path: pathname }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
  });
  server.on('connect', (_, socket) => {
    const onward = connect((tunnel.address() as AddressInfo).port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket);
      socket.pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      for (const one of [server, tunnel]) {
        one.closeAllConnections();
        one.close();
      }
    },
  };
}
