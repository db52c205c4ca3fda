/** Downloads from a server that misbehaves: a good file at the end, or a clear error; never a bad file. */
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { seededRandom } from '../../../src/core/vector/random.ts';
import { download } from '../../../src/node/model/download.ts';
import { tempFolder } from '../../support/temp.ts';

const random = seededRandom(31);
const FILE = Buffer.from(Uint8Array.from({ length: 300_000 }, () => random() * 256));
const MD5 = createHash('md5').update(FILE).digest('hex');
const OTHER = Buffer.from(FILE).fill(7, 1000, 2000);

const root = await tempFolder();
let path = '';
let count = 0;

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
let answers: Answer[] = [];
let asked: { url: string; range: string | undefined }[] = [];
let server: Server;
let base = '';

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push({ url: request.url ?? '', range: request.headers.range });
    // The last answer is given again and again.
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    answer?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  path = join(root, String(count++), 'weights.h5');
  answers = [];
  asked = [];
});
const proxies = ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'no_proxy', 'NO_PROXY'];
const before = Object.fromEntries(proxies.map((name) => [name, process.env[name]]));
beforeEach(() => {
  for (const name of proxies) delete process.env[name];
});
afterEach(() => {
  for (const name of proxies) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
});

const rangeOf = (request: IncomingMessage) =>
  Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);

/** What a sound server does, from any file; `upTo` breaks the connection off there. */
const serve =
  (file: Buffer, { upTo = file.length, ranges = true } = {}): Answer =>
  (request, response) => {
    const from = ranges ? rangeOf(request) : 0;
    const headers: Record<string, string | number> = { 'content-length': file.length - from };
    if (from > 0) headers['content-range'] = `bytes ${from}-${file.length - 1}/${file.length}`;
    response.writeHead(from > 0 ? 206 : 200, headers);
    response.write(file.subarray(from, upTo), () => {
      if (upTo < file.length) response.destroy();
      else response.end();
    });
    if (from >= upTo) response.destroy();
  };
const status =
  (code: number): Answer =>
  (_, response) => {
    response.writeHead(code).end('no');
  };

async function fetchIt(urls = [`${base}/a`], options = {}) {
  const steps: number[] = [];
  const what = { file: 'weights.h5', bytes: FILE.length, md5: MD5, urls };
  const onProgress = (bytes: number) => steps.push(bytes);
  await download(what, path, { retryMs: 1, stallMs: 5000, onProgress, ...options });
  return steps;
}

async function expectGood(): Promise<void> {
  expect((await readFile(path)).equals(FILE)).toBe(true);
  expect(await readdir(join(path, '..'))).toEqual(['weights.h5']);
}

/** @returns the words, after a look at the folder: no file under the final name */
async function refusal(urls?: string[], options?: object): Promise<string> {
  const error = await fetchIt(urls, options).then(
    () => null,
    (thrown: Error) => thrown,
  );
  expect(error).toMatchObject({ name: 'NetworkError' });
  expect(await readdir(join(path, '..'))).not.toContain('weights.h5');
  return (error as Error).message;
}

test('a sound server: the file, and how far it is', async () => {
  answers = [serve(FILE)];
  const steps = await fetchIt();
  await expectGood();
  expect(steps.at(-1)).toBe(FILE.length);
  expect([...steps].sort((a, b) => a - b)).toEqual(steps);
  // Good as it is, it is not asked for again.
  await fetchIt();
  expect(asked).toHaveLength(1);
});

test('a file that went bad is fetched anew', async () => {
  answers = [serve(FILE)];
  await fetchIt();
  await writeFile(path, OTHER);
  await fetchIt();
  await expectGood();
});

test('breaks off twice: it goes on where it was', async () => {
  answers = [serve(FILE, { upTo: 100_000 }), serve(FILE, { upTo: 200_000 }), serve(FILE)];
  await fetchIt();
  await expectGood();
  expect(asked[0]?.range).toBeUndefined();
  expect(asked.slice(1).every(({ range }) => /^bytes=\d+-$/.test(range ?? ''))).toBe(true);
});

test('breaks off for good: the part stays, and the next run goes on there', async () => {
  answers = [serve(FILE, { upTo: 120_000 })];
  expect(await refusal()).toMatch(/^127\.0\.0\.1:\d+: /);
  const part = await readFile(`${path}.part`);
  expect(part.equals(FILE.subarray(0, part.length))).toBe(true);
  expect(part.length).toBeGreaterThan(0);
  asked = [];
  answers = [serve(FILE)];
  await fetchIt();
  await expectGood();
  expect(asked).toEqual([{ url: '/a', range: `bytes=${part.length}-` }]);
});

test('stalls: the connection is given up, and another goes on', async () => {
  const stall: Answer = (_, response) => {
    response.writeHead(200, { 'content-length': FILE.length });
    response.write(FILE.subarray(0, 50_000));
  };
  answers = [stall, serve(FILE)];
  await fetchIt(undefined, { stallMs: 1000 });
  await expectGood();
  expect(asked[1]?.range).toBe('bytes=50000-');
});

test('never answers: an error that says how long it waited', async () => {
  answers = [() => undefined];
  expect(await refusal(undefined, { stallMs: 100 })).toMatch(/: no data for 0\.1 s$/);
});

test('lies about the length', async () => {
  answers = [
    (_, response) => {
      response.writeHead(200, { 'content-length': 12 });
      response.end('123456789012');
    },
  ];
  expect(await refusal()).toMatch(/: offers 12 bytes, expected 300000$/);
});

test('sends more than it should, without a length', async () => {
  answers = [
    (_, response) => {
      response.writeHead(200);
      response.write(FILE);
      response.end('and more');
    },
  ];
  expect(await refusal()).toMatch(/: sends more than 300000 bytes$/);
});

test('sends less than it should, without a length, again and again', async () => {
  answers = [
    (_, response) => {
      response.writeHead(200);
      response.end(FILE.subarray(0, 1000));
    },
  ];
  expect(await refusal()).toMatch(/: connection lost at byte 1000 of 300000$/);
});

test('wrong bytes: an error with both MD5, and nothing is kept of them', async () => {
  answers = [serve(OTHER)];
  const other = createHash('md5').update(OTHER).digest('hex');
  expect(await refusal()).toMatch(
    new RegExp(`: sent 300000 bytes with MD5 ${other}, expected ${MD5}$`),
  );
  expect(await readdir(join(path, '..'))).toEqual([]);
});

test('wrong bytes at the first address: the second one is asked', async () => {
  answers = [serve(OTHER), serve(FILE)];
  await fetchIt([`${base}/a`, `${base}/b`]);
  await expectGood();
  expect(asked.map(({ url }) => url)).toEqual(['/a', '/b']);
});

test('a part that does not fit what comes now: once more from the start', async () => {
  answers = [serve(OTHER, { upTo: 100_000 })];
  await refusal();
  asked = [];
  answers = [serve(FILE)];
  await fetchIt();
  await expectGood();
  expect(asked.map(({ range }) => range)).toEqual([expect.stringMatching(/^bytes=/), undefined]);
});

test('no ranges: all of it again', async () => {
  answers = [serve(FILE, { upTo: 100_000 }), serve(FILE, { ranges: false })];
  await fetchIt();
  await expectGood();
});

test('a part that is too long, and a server that knows no such range', async () => {
  answers = [serve(FILE, { upTo: 90_000 })];
  await refusal();
  await writeFile(`${path}.part`, Buffer.concat([FILE, FILE]));
  answers = [serve(FILE)];
  await fetchIt();
  await expectGood();
  await writeFile(path, FILE.subarray(0, 10));
  await writeFile(`${path}.part`, FILE.subarray(0, 500));
  answers = [status(416), serve(FILE)];
  await fetchIt();
  await expectGood();
});

test('redirects, also in the middle', async () => {
  const redirect: Answer = (request, response) => {
    if (request.url === '/real') serve(FILE)(request, response);
    else response.writeHead(302, { location: '/real' }).end();
  };
  answers = [redirect];
  await fetchIt();
  await expectGood();
  await writeFile(path, '');
  await writeFile(`${path}.part`, FILE.subarray(0, 777));
  asked = [];
  await fetchIt();
  await expectGood();
  expect(asked.at(-1)).toEqual({ url: '/real', range: 'bytes=777-' });
});

test('not there at any address: what each said', async () => {
  answers = [status(404), status(403)];
  const host = base.replace('http://', '');
  expect(await refusal([`${base}/a`, `${base}/b`])).toBe(
    `${host}: status 404; ${host}: status 403`,
  );
});

test('a server that is overloaded is asked again', async () => {
  answers = [status(503), serve(FILE)];
  await fetchIt();
  await expectGood();
});

test('nobody listens', async () => {
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  expect(await refusal([`http://127.0.0.1:${port}/x`])).toMatch(
    /^127\.0\.0\.1:\d+: .*ECONNREFUSED/,
  );
});

/** A proxy that notes what it is asked to connect to, and connects to our server where it is. */
async function withProxy(run: (address: string, tunnels: string[]) => Promise<void>) {
  const tunnels: string[] = [];
  const proxy = createServer();
  proxy.on('connect', (request, socket) => {
    tunnels.push(request.url ?? '');
    const [host, port] = (request.url ?? '').split(':');
    if (host !== '127.0.0.1') {
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      return;
    }
    const through = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      through.pipe(socket).pipe(through);
    });
    through.on('error', () => socket.destroy());
    socket.on('error', () => through.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  try {
    await run(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, tunnels);
  } finally {
    proxy.closeAllConnections();
    proxy.close();
  }
}

test('HTTP_PROXY and HTTPS_PROXY are gone through', async () => {
  await withProxy(async (address, tunnels) => {
    process.env.HTTP_PROXY = address;
    process.env.HTTPS_PROXY = address;
    answers = [serve(FILE)];
    await fetchIt();
    await expectGood();
    expect(tunnels).toEqual([base.replace('http://', '')]);
    path = join(path, '..', 'https', 'weights.h5');
    expect(await refusal(['https://weights.example/x'])).toMatch(/^weights\.example: /);
    expect(tunnels.slice(1)).toContain('weights.example:443');
  });
});
