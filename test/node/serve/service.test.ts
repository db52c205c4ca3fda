/** What a service does besides answering: limits, origins, health, metrics, logs, stopping. */
import { request as httpRequest } from 'node:http';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { SoutuError } from '../../../src/core/errors.ts';
import { RateLimit } from '../../../src/node/serve/handler/rate-limit.ts';
import { COUNT, DIMENSION, idOf, plainOf, THRESHOLDS } from '../../engine/memory-bundle.ts';
import { BundlesStore, f32, served } from './served.ts';

const byId = { query: { id: idOf(3) } };

afterEach(() => {
  vi.restoreAllMocks();
});

test('GET /info describes the catalogue, its model and what may be asked', async () => {
  const { url, release } = await served();
  const response = await fetch(`${url}/info`);
  expect(await response.json()).toEqual({
    ...{ count: COUNT, model: 'tiny', dimension: DIMENSION, thresholds: THRESHOLDS },
    ...{ licence: 'MIT', attribution: 'us', notices: [], release: 'r1' },
    identity: { model: release.model, centre: release.centre, dimension: DIMENSION },
    limits: expect.objectContaining({ size: 100, depth: 10_000, bodyBytes: 262_144 }),
  });
});

test('paths and methods that do not exist', async () => {
  const { url, ask } = await served({ base: '/api/soutu/' });
  const nothing = await fetch(`${url}/search`);
  expect(nothing.status).toBe(404);
  expect(await nothing.json()).toEqual({
    code: 'unknown-path',
    message: expect.stringContaining(
      'POST /api/soutu/search, POST /api/soutu/INDEX/_search and GET /api/soutu/, /info',
    ),
  });
  expect((await ask('/api/soutu/search', byId)).status).toBe(200);
  const get = await fetch(`${url}/api/soutu/search`);
  expect([get.status, get.headers.get('Allow')]).toEqual([405, 'POST']);
  const head = await fetch(`${url}/api/soutu/health`, { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
  expect((await fetch(`${url}/api/soutu/constructor`)).status).toBe(404);
});

describe('bodies', () => {
  test('too large, with and without a length; of another type', async () => {
    const { url, ask } = await served({ limits: { bodyBytes: 2000 } });
    const large = JSON.stringify({ query: { id: 'x'.repeat(3000) } });
    const known = await ask('/search', large);
    expect([known.status, await known.json()]).toEqual([
      413,
      { code: 'body-too-large', message: expect.stringContaining('2000 bytes') },
    ]);
    const chunked = await fetch(`${url}/search`, {
      method: 'POST',
      headers: { 'Content-Type': 'text/plain' },
      body: new Blob([large]).stream(),
      duplex: 'half',
    } as RequestInit);
    expect(chunked.status).toBe(413);
    const form = await ask('/search', 'a=b', {
      'Content-Type': 'application/x-www-form-urlencoded',
    });
    expect([form.status, await form.json()]).toEqual([
      415,
      { code: 'media-type', message: expect.stringContaining('got "application/x-www-form-url') },
    ]);
    // The service answers as before.
    expect((await ask('/search', byId, { 'Content-Type': 'text/plain' })).status).toBe(200);
  });

  test('that do not arrive in time', async () => {
    const { url } = await served({ limits: { timeoutMs: 200 } });
    const status = await new Promise<number>((resolve, reject) => {
      const headers = { 'Content-Type': 'application/json', 'Content-Length': 100 };
      const slow = httpRequest(`${url}/search`, { method: 'POST', headers }, (response) => {
        resolve(response.statusCode ?? 0);
        slow.destroy();
      });
      slow.on('error', reject);
      slow.write('{"query"');
    });
    expect(status).toBe(408);
  });
});

describe('origins', () => {
  const ofPage = { Origin: 'https://shop.example' };

  test('only those that the owner named; the message says how', async () => {
    const { ask, url } = await served({ allowOrigins: ['https://shop.example'] });
    const shop = await ask('/search', byId, ofPage);
    expect(shop.status).toBe(200);
    expect(shop.headers.get('Access-Control-Allow-Origin')).toBe('https://shop.example');
    expect(shop.headers.get('Access-Control-Expose-Headers')).toContain('Retry-After');
    expect(shop.headers.get('Vary')).toBe('Origin');
    const failed = await ask('/search', {}, ofPage);
    expect(failed.headers.get('Access-Control-Allow-Origin')).toBe('https://shop.example');
    const other = await ask('/search', byId, { Origin: 'https://evil.example' });
    expect([other.status, await other.json()]).toEqual([
      403,
      {
        code: 'origin-not-allowed',
        message: expect.stringContaining('--allow-origin https://evil.example'),
      },
    ]);
    const withTls = await ask('/search', byId, { Origin: url.replace('http:', 'https:') });
    expect(withTls.status).toBe(200);
    const lost = await ask('/serch', byId, ofPage);
    expect([lost.status, lost.headers.get('Access-Control-Allow-Origin')]).toEqual([
      404,
      'https://shop.example',
    ]);
    const file = await ask('/search', byId, { Origin: 'null' });
    expect(await file.json()).toMatchObject({
      message: expect.stringMatching(/--allow-origin \*$/),
    });
    const own = await ask('/search', byId, { Origin: url });
    expect([own.status, own.headers.get('Access-Control-Allow-Origin')]).toEqual([200, null]);
    const preflight = await fetch(`${url}/search`, { method: 'OPTIONS', headers: ofPage });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('Access-Control-Allow-Headers')).toBe('Content-Type');
  });

  test('all of them', async () => {
    const { ask } = await served({ allowOrigins: ['*'] });
    const response = await ask('/search', byId, ofPage);
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe('*');
  });
});

describe('the rate limit', () => {
  test('refuses the third request of a burst of two and says when to try again', async () => {
    const { ask, url } = await served({ rate: 1 });
    expect((await ask('/search', byId)).status).toBe(200);
    expect((await ask('/search', byId)).status).toBe(200);
    const third = await ask('/search', byId);
    expect([third.status, third.headers.get('Retry-After')]).toEqual([429, '1']);
    expect(await third.json()).toEqual({
      code: 'too-many-requests',
      message: 'This address sends more than 1 requests a second. Try again in 1 s.',
    });
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });

  test('is one bucket for an address, or for the /64 of IPv6; it fills with time', () => {
    let now = 0;
    const limit = new RateLimit(2, 2, () => now);
    expect([limit.take('1.2.3.4'), limit.take('1.2.3.4')]).toEqual([0, 0]);
    expect(limit.take('1.2.3.4')).toBe(0.5);
    expect(limit.take('1.2.3.5')).toBe(0);
    now = 500;
    expect(limit.take('1.2.3.4')).toBe(0);
    expect(limit.take('1.2.3.4')).toBe(0.5);
    expect([limit.take('2001:db8::1'), limit.take('2001:0db8:0:0:9::7')]).toEqual([0, 0]);
    expect(limit.take('2001:db8:0:0:ffff:1:2:3')).toBe(0.5);
    expect(limit.take('2001:db8:0:1::1')).toBe(0);
  });

  test('forgets the oldest of very many addresses', () => {
    const limit = new RateLimit(1, 1, () => 0);
    for (let i = 0; i < 100_010; i++) limit.take(`client ${i}`);
    expect(limit.size).toBe(100_000);
    expect(limit.take('client 100009')).toBe(1);
    expect(limit.take('client 0')).toBe(0);
  });
});

describe('an engine that fails', () => {
  test('is not quoted to clients; the log has its words without the password', async () => {
    const { ask, url, store, log } = await served({ refreshMs: 0 });
    store.broken = new SoutuError('StoreError', 'postgres://me:geheim@db/x: password=geheim gone');
    const response = await ask('/search', byId);
    expect([response.status, response.headers.get('Retry-After')]).toEqual([503, '5']);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ code: 'store-unavailable' });
    expect(text).not.toContain('postgres');
    expect((await fetch(`${url}/health`)).status).toBe(503);
    const line = JSON.stringify(log[0]);
    expect(line).toContain('postgres://***@db/x: password=*** gone');
    expect(line).not.toContain('geheim');
    expect(log[0]).toMatchObject({ level: 'error', route: 'search', status: 503 });
    store.broken = new TypeError('a bug at /srv/app.js:3');
    expect(await (await ask('/search', byId)).json()).toEqual({
      code: 'internal',
      message: 'The service failed; its log has the reason.',
    });
    store.broken = null;
    expect((await ask('/search', byId)).status).toBe(200);
  });

  test('or is slow: no answer later than the timeout', async () => {
    const { ask, store, log } = await served({ limits: { timeoutMs: 100 } });
    store.hold();
    const response = await ask('/search', byId);
    expect([response.status, await response.json()]).toEqual([
      504,
      { code: 'timeout', message: expect.stringContaining('within 0.1 seconds') },
    ]);
    expect(log[0]?.status).toBe(504);
  });

  test('has only so many searches at once', async () => {
    const { ask, store, handler } = await served({ limits: { inFlight: 2 } });
    const letGo = store.hold();
    const two = [ask('/search', byId), ask('/search', byId)];
    await vi.waitFor(() => expect(handler.inFlight).toBe(2), { interval: 5 });
    const third = await ask('/search', byId);
    expect(await third.json()).toMatchObject({ code: 'overloaded' });
    letGo();
    expect((await Promise.all(two)).map(({ status }) => status)).toEqual([200, 200]);
    expect(handler.inFlight).toBe(0);
  });

  test('the search of a client that has left is not counted as a fault of the service', async () => {
    const { url, store, handler, log } = await served();
    const letGo = store.hold();
    const controller = new AbortController();
    const headers = { 'Content-Type': 'application/json' };
    const body = JSON.stringify(byId);
    const asked = fetch(`${url}/search`, {
      ...{ method: 'POST', headers, body },
      signal: controller.signal,
    });
    await vi.waitFor(() => expect(handler.inFlight).toBe(1), { interval: 5 });
    controller.abort();
    await expect(asked).rejects.toThrow('abort');
    await vi.waitFor(() => expect(log).toHaveLength(1));
    letGo();
    expect(log[0]).toMatchObject({ status: 499, level: 'warn', code: 'client-left' });
  });
});

test('nothing was published yet', async () => {
  const { url } = await served({ store: new BundlesStore() });
  const response = await fetch(`${url}/info`);
  expect([response.status, await response.json()]).toEqual([
    503,
    { code: 'no-release', message: expect.stringContaining('soutu push DIR --to URL') },
  ]);
});

test('metrics count requests by route and status, and time searches', async () => {
  const { ask, url } = await served();
  for (const body of [byId, byId, {}]) await ask('/search', body);
  await fetch(`${url}/info`);
  const response = await fetch(`${url}/metrics`);
  expect(response.headers.get('Content-Type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const text = await response.text();
  const samples = new Map(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line): [string, number] => {
        const at = line.lastIndexOf(' ');
        return [line.slice(0, at), Number(line.slice(at + 1))];
      }),
  );
  expect(samples.get('soutu_requests_total{route="search",status="200"}')).toBe(2);
  expect(samples.get('soutu_requests_total{route="search",status="400"}')).toBe(1);
  expect(samples.get('soutu_requests_total{route="info",status="200"}')).toBe(1);
  expect(samples.get('soutu_request_duration_seconds_bucket{le="+Inf"}')).toBe(3);
  expect(samples.get('soutu_engine_duration_seconds_count')).toBe(2);
  expect(samples.get('soutu_requests_in_flight')).toBe(0);
  expect(samples.get('soutu_release_items')).toBe(COUNT);
  expect(text).toMatch(/^soutu_release_info\{release="r1",model="[0-9a-f]{16}"\} 1$/m);
  // Every family has its type, and buckets never fall.
  const buckets = [...samples].filter(([name]) =>
    name.startsWith('soutu_request_duration_seconds_b'),
  );
  expect(buckets.map(([, count]) => count)).toEqual(
    buckets.map(([, count]) => count).sort((a, b) => a - b),
  );
  for (const [name] of samples) {
    const family = name.replace(/\{.*/, '').replace(/_(bucket|sum|count)$/, '');
    expect(text).toMatch(new RegExp(`^# TYPE ${family} (counter|gauge|histogram)$`, 'm'));
  }
});

describe('the log', () => {
  const search = { query: { vector: f32(plainOf(5)) }, options: { text: 'blue', size: 3 } };

  test('has one line for each request, without what was searched', async () => {
    const { ask, log, release } = await served();
    await ask('/search', { ...search, model: release.model });
    expect(log).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        ...{ level: 'info', method: 'POST', route: 'search', status: 200, release: 'r1', hits: 3 },
        ms: expect.any(Number),
        engineMs: expect.any(Number),
      },
    ]);
    const [line] = log;
    expect(line?.engineMs).toBeLessThanOrEqual(line?.ms ?? 0);
  });

  test('has it, but no vector, if the owner asks', async () => {
    const { ask, log, release } = await served({ logQueries: true });
    await ask('/search', { ...search, model: release.model });
    expect(log[0]?.query).toEqual({ parts: ['(vector)'], text: 'blue' });
  });
});
