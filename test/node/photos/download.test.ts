/** Downloads of photos, from a server that misbehaves in every way we know. */
import { once } from 'node:events';
import { readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { sleep } from '../../../src/core/timeout.ts';
import { isPublicAddress } from '../../../src/node/photos/download/address.ts';
import {
  DEFAULT_SETTINGS,
  type DownloadSettings,
  downloadPhotos,
} from '../../../src/node/photos/download/download-photos.ts';
import { PhotoCache } from '../../../src/node/photos/download/photo-cache.ts';
import { Requester } from '../../../src/node/photos/download/request.ts';
import { type Answer, startHostileServer } from '../../support/hostile-server.ts';
import { scene } from '../../support/photos.ts';
import { tempFolder } from '../../support/temp.ts';
import { CERTIFICATE, KEY } from '../../support/wrong-host-certificate.ts';

const root = await tempFolder();
const jpeg = await scene(1).jpeg().toBuffer();
const bomb = gzipSync(Buffer.alloc(50e6));
// Wide enough for a machine that is busy with other tests.
const LIMITS = { idleMs: 1000, totalMs: 2500, maxBytes: 100_000 };
const SETTINGS = { ...DEFAULT_SETTINGS, backOffMs: 10, maxWaitMs: 5000 };

const photo: Answer = (_, response) => response.end(jpeg);
const counted = new Map<string, number>();
/** Answers the first requests differently. */
const at = (path: string, ...answers: Answer[]): Answer => {
  return (request, response) => {
    const count = counted.get(path) ?? 0;
    counted.set(path, count + 1);
    (answers[Math.min(count, answers.length - 1)] as Answer)(request, response);
  };
};

let pausedAt = 0;
let resumedAt = 0;
const server = await startHostileServer({
  '/good.jpg': photo,
  '/drip': (_, response) => {
    const timer = setInterval(() => response.write('x'), 100);
    response.on('close', () => clearInterval(timer));
  },
  '/silent': () => undefined,
  '/endless': (_, response) => {
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(10_000, 1)));
    };
    response.on('drain', more);
    more();
  },
  '/huge': (_, response) => response.writeHead(200, { 'content-length': 1e12 }).write('x'),
  '/cut': (_, response) => {
    response.writeHead(200, { 'content-length': jpeg.length });
    response.write(jpeg.subarray(0, 100), () => response.destroy());
  },
  '/loop': (_, response) => response.writeHead(302, { location: '/loop' }).end(),
  '/moved': (_, response) => response.writeHead(301, { location: 'good.jpg' }).end(),
  '/private': (_, response) =>
    response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end(),
  '/mapped': (_, response) =>
    response.writeHead(302, { location: 'http://[::ffff:10.0.0.1]/' }).end(),
  '/file': (_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  '/page': (_, response) =>
    response
      .writeHead(200, { 'content-type': 'image/jpeg' })
      .end('<!doctype html><p>Please log in'),
  '/text': (_, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end('hello'),
  '/empty': (_, response) => response.end(),
  '/packed': (_, response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(jpeg)),
  '/bomb': (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
  '/torn': (_, response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(jpeg).subarray(0, 900)),
  '/zstd': (_, response) => response.writeHead(200, { 'content-encoding': 'zstd' }).end('x'),
  '/busy': at(
    '/busy',
    (_, response) => {
      pausedAt = Date.now();
      response.writeHead(429, { 'retry-after': '1' }).end();
    },
    (_, response) => {
      resumedAt = Date.now();
      response.end(jpeg);
    },
  ),
  '/patience': (_, response) => response.writeHead(503, { 'retry-after': '3600' }).end(),
  '/flaky': at(
    '/flaky',
    (_, r) => r.destroy(),
    (_, r) => r.writeHead(500).end(),
    photo,
  ),
  '/broken': (_, response) => response.writeHead(500).end(),
  '/etag': at(
    '/etag',
    (_, response) => response.writeHead(200, { etag: '"1"' }).end(jpeg),
    (request, response) =>
      response.writeHead(request.headers['if-none-match'] === '"1"' ? 304 : 500).end(),
    (_, response) => response.writeHead(503).end(),
    (_, response) => response.writeHead(404).end(),
  ),
  '/slow': (_, response) => setTimeout(() => response.end(jpeg), 50),
});
afterAll(() => server.close());

/** The test's server is at 127.0.0.1; other private addresses are refused. */
const requester = new Requester(
  LIMITS,
  (address) => address === '127.0.0.1' || isPublicAddress(address),
);
afterAll(() => requester.close());

let made = 0;
const cacheFolder = () => join(root, `cache-${made++}`);

async function download(...paths: string[]) {
  const cache = await PhotoCache.open(cacheFolder());
  const urls = paths.map((path) => (path.startsWith('/') ? server.url + path : path));
  const outcomes = await downloadPhotos(urls, requester, cache, SETTINGS);
  return urls.map((url) => outcomes.get(url));
}

const failed = (reason: string) => ({ state: 'failed', reason });

describe('one photo', () => {
  test('is stored under the hash of its bytes', async () => {
    const [outcome] = await download('/good.jpg');
    expect(outcome).toMatchObject({ state: 'ok', bytes: jpeg.length });
    const { path } = outcome as { path: string };
    expect(path).toMatch(/\/content\/[0-9a-f]{64}$/);
    expect((await readFile(path)).equals(jpeg)).toBe(true);
  });

  test.each([
    ['/drip', 'it took longer than 2.5 s'],
    ['/silent', 'no data for 1 s'],
    ['/endless', 'it is larger than 100000 bytes'],
    ['/huge', 'it is larger than 100000 bytes'],
    ['/cut', 'the connection was lost'],
    ['/loop', 'more than 5 redirects'],
    [
      '/private',
      'it leads to the private address 169.254.169.254. If that is your own server, add --allow-private',
    ],
    [
      '/mapped',
      'it leads to the private address ::ffff:a00:1. If that is your own server, add --allow-private',
    ],
    ['/file', 'it leads to file:, expected http or https'],
    ['/page', 'expected a photo, got a web page'],
    ['/text', 'expected a photo, got 5 bytes of text/plain'],
    ['/empty', 'expected a photo, got an empty file'],
    ['/bomb', 'it unpacks to more than 100000 bytes'],
    ['/torn', 'its packed body is damaged'],
    ['/zstd', 'it is packed as "zstd", which was not asked for'],
    ['/none', 'the server answered with status 404'],
    ['/broken', 'the server answered with status 500'],
    ['/patience', 'the server answered with status 503'],
    ['http://127.0.0.1:9/a.jpg', 'the connection was refused'],
    ['http://nowhere.invalid/a.jpg', 'the host has no address'],
  ])('%s fails and says why, without harm to another', async (path, reason) => {
    const [outcome, good] = await download(path, '/good.jpg');
    if (path.includes('.invalid')) {
      // Without a network, the name server does not answer.
      expect(outcome).toMatchObject({
        state: 'failed',
        reason: expect.stringMatching(/^the (host|name server)/),
      });
    } else expect(outcome).toEqual(failed(reason));
    expect(good).toMatchObject({ state: 'ok' });
  });

  test('a redirect is followed, and a packed body is unpacked', async () => {
    const [moved, packed] = await download('/moved', '/packed');
    expect(moved).toMatchObject({ state: 'ok', bytes: jpeg.length });
    expect(packed).toMatchObject({ state: 'ok', bytes: jpeg.length });
  });

  test('is tried three times; a server that asks to wait is given its time', async () => {
    const [flaky, busy] = await download('/flaky', '/busy');
    expect(flaky).toMatchObject({ state: 'ok' });
    expect(counted.get('/flaky')).toBe(3);
    expect(busy).toMatchObject({ state: 'ok' });
    expect(resumedAt - pausedAt).toBeGreaterThanOrEqual(995);
  });

  test('a certificate for another host is refused at once', async () => {
    const secure = createServer({ key: KEY, cert: CERTIFICATE }, (_, response) => {
      response.end(jpeg);
    });
    secure.listen(0, '127.0.0.1');
    await once(secure, 'listening');
    const url = `https://localhost:${(secure.address() as AddressInfo).port}/a.jpg`;
    const outcomes: unknown[] = [];
    for (const ca of [CERTIFICATE, undefined]) {
      const trusting = new Requester(LIMITS, () => true, ca);
      const cache = await PhotoCache.open(cacheFolder());
      outcomes.push((await downloadPhotos([url], trusting, cache, SETTINGS)).get(url));
      trusting.close();
    }
    secure.close();
    expect(outcomes).toEqual([
      failed('its certificate is for another host'),
      failed('its certificate is self-signed'),
    ]);
  });
});

describe('the cache', () => {
  test('asks whether a photo changed, and does not answer for a photo that is gone', async () => {
    const cache = await PhotoCache.open(cacheFolder());
    const url = `${server.url}/etag`;
    const states: string[] = [];
    for (let i = 0; i < 3; i++) {
      const outcome = (await downloadPhotos([url], requester, cache, SETTINGS)).get(url);
      states.push(outcome?.state ?? 'none');
    }
    // The last one got a 503 at first, and at its second try a 404.
    expect(states).toEqual(['ok', 'unchanged', 'failed']);
  });

  test('an unreachable server leaves the earlier copy', async () => {
    const folder = cacheFolder();
    const answers: Record<string, Answer> = { '/a.jpg': photo };
    const other = await startHostileServer(answers);
    const url = `${other.url}/a.jpg`;
    const first = await downloadPhotos([url], requester, await PhotoCache.open(folder), SETTINGS);
    other.close();
    const second = await downloadPhotos([url], requester, await PhotoCache.open(folder), SETTINGS);
    const { path } = first.get(url) as { path: string };
    expect(second.get(url)).toMatchObject({
      state: 'stale',
      path,
      reason: 'the connection was refused',
    });
  });

  test('names no file after a URL', async () => {
    const folder = cacheFolder();
    const cache = await PhotoCache.open(folder);
    const url = `${server.url}/good.jpg?..%2f..%2fetc%2fpasswd&${'x'.repeat(5000)}`;
    const outcome = (await downloadPhotos([url], requester, cache, SETTINGS)).get(url);
    expect(outcome?.state).toBe('ok');
    const names = await readdir(folder, { recursive: true });
    expect(
      names.filter((name) => !/^(urls|content|incoming)(\/[0-9a-f]{64}(\.json)?)?$/.test(name)),
    ).toEqual([]);
  });
});

describe('many photos', () => {
  test('come a few at a time from one host, each URL once', async () => {
    const slow = await startHostileServer({
      '/slow': (_, response) => setTimeout(() => response.end(jpeg), 30),
    });
    const urls = Array.from({ length: 40 }, (_, i) => `${slow.url}/slow?${i % 20}`);
    const cache = await PhotoCache.open(cacheFolder());
    const done: number[] = [];
    const settings = { ...SETTINGS, perHost: 3 };
    const outcomes = await downloadPhotos(urls, requester, cache, settings, (n) => done.push(n));
    slow.close();
    expect([...outcomes.values()].every(({ state }) => state === 'ok')).toBe(true);
    expect(slow.requests).toHaveLength(20);
    expect(slow.mostAtOnce()).toBe(3);
    expect(done).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  });

  test('of a host that is down are given up after some', async () => {
    const down = await startHostileServer({});
    down.close();
    const urls = Array.from({ length: 100 }, (_, i) => `${down.url}/${i}.jpg`);
    const cache = await PhotoCache.open(cacheFolder());
    const outcomes = [...(await downloadPhotos(urls, requester, cache, SETTINGS)).values()];
    expect(outcomes.at(-1)).toEqual(
      failed('not tried, because the host did not answer for 20 photos in a row'),
    );
    expect(outcomes[0]).toEqual(failed('the connection was refused'));
  });
});

describe('a host', () => {
  const urlsAt = (url: string, path: string, count: number) =>
    Array.from({ length: count }, (_, i) => `${url}${path}?${i}`);
  const all = async (
    answers: Record<string, Answer>,
    paths: readonly [path: string, count: number][],
    settings: Partial<DownloadSettings>,
    limits = LIMITS,
  ) => {
    const host = await startHostileServer(answers);
    const hasty = new Requester(limits, () => true);
    const urls = paths.flatMap(([path, count]) => urlsAt(host.url, path, count));
    const cache = await PhotoCache.open(cacheFolder());
    const outcomes = await downloadPhotos(urls, hasty, cache, { ...SETTINGS, ...settings });
    hasty.close();
    host.close();
    return { outcomes: urls.map((url) => outcomes.get(url)), requests: host.requests.length };
  };

  test('whose photos all take too long is given up', async () => {
    const drip: Answer = (_, response) => {
      const timer = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(timer));
    };
    const { outcomes, requests } = await all(
      { '/drip': drip },
      [['/drip', 60]],
      {},
      {
        ...LIMITS,
        totalMs: 100,
      },
    );
    expect(outcomes[0]).toEqual(failed('it took longer than 0.1 s'));
    expect(outcomes.at(-1)).toEqual(
      failed('not tried, because the host did not answer for 20 photos in a row'),
    );
    // Four at a time: three may be under way when the twentieth fails.
    expect(requests).toBeLessThan(24);
  });

  test('that asks for one pause after the other is given up', async () => {
    const later: Answer = (_, response) => response.writeHead(429, { 'retry-after': '1' }).end();
    const { outcomes, requests } = await all({ '/later': later }, [['/later', 20]], {
      perHost: 1,
      maxPauseMs: 1500,
    });
    const reason =
      'not tried, because the host asked for pauses of more than 0.025 minutes in all. Build again later';
    expect(outcomes).toEqual(outcomes.map(() => failed(reason)));
    expect(requests).toBe(2);
  });

  test('that has some broken photos still gives the others', async () => {
    const { outcomes } = await all(
      { '/broken': (_, response) => response.writeHead(500).end(), '/good.jpg': photo },
      [
        ['/broken', 30],
        ['/good.jpg', 50],
      ],
      { backOffMs: 1 },
    );
    const states = outcomes.map((outcome) => outcome?.state);
    expect(states).toEqual([...Array(30).fill('failed'), ...Array(50).fill('ok')]);
  });
});

test('after a fault of the disk, nothing more is downloaded', async () => {
  const slow = await startHostileServer({
    '/slow': (_, response) => setTimeout(() => response.end(jpeg), 30),
  });
  const folder = cacheFolder();
  const cache = await PhotoCache.open(folder);
  await rm(join(folder, 'incoming'), { recursive: true });
  const urls = Array.from({ length: 100 }, (_, i) => `${slow.url}/slow?${i}`);
  await expect(downloadPhotos(urls, requester, cache, SETTINGS)).rejects.toThrow(/ENOENT/);
  await sleep(200);
  slow.close();
  expect(slow.requests.length).toBeLessThanOrEqual(8);
});

test('two builds in one process can download the same photos', async () => {
  const folder = cacheFolder();
  const urls = Array.from({ length: 30 }, (_, i) => `${server.url}/good.jpg?${i}`);
  const builds = [0, 1, 2].map(async () =>
    downloadPhotos(urls, requester, await PhotoCache.open(folder), SETTINGS),
  );
  for (const outcomes of await Promise.all(builds)) {
    expect([...outcomes.values()].every(({ state }) => state !== 'failed')).toBe(true);
  }
  expect(await readdir(join(folder, 'incoming'))).toEqual([]);
  expect(await readdir(join(folder, 'urls'))).toHaveLength(30);
});

test('a name that leads to a private address is refused', async () => {
  const strict = new Requester(LIMITS);
  const cache = await PhotoCache.open(cacheFolder());
  const url = `http://localhost:${server.port}/good.jpg`;
  const outcome = (await downloadPhotos([url], strict, cache, SETTINGS)).get(url);
  strict.close();
  expect(outcome).toMatchObject({
    state: 'failed',
    reason: expect.stringMatching(
      /^it leads to the private address (127\.0\.0\.1|::1)\. If that is/,
    ),
  });
});
