/** A service in bad times: it stops, releases change under it, clients mean no good. */
import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { SearchResponse } from '../../../src/core/contract.ts';
import { SoutuError } from '../../../src/core/errors.ts';
import { withoutCredentials } from '../../../src/node/serve/handler/log.ts';
import { serveHandler } from '../../../src/node/serve/node-server.ts';
import { idOf, open, plainOf } from '../../engine/memory-bundle.ts';
import { cpuMs, QUICK_MS } from '../../support/cpu-time.ts';
import { f32, served } from './served.ts';

const byId = { query: { id: idOf(3) } };

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a server that stops', () => {
  test('answers what it has begun, and accepts nothing new', async () => {
    const { ask, store, server, handler } = await served();
    const letGo = store.hold();
    const begun = ask('/search', byId);
    await vi.waitFor(() => expect(handler.inFlight).toBe(1), { interval: 5 });
    const closed = server.close();
    letGo();
    const response = await begun;
    expect(response.status).toBe(200);
    expect(((await response.json()) as SearchResponse).hits).toHaveLength(10);
    await closed;
    await expect(ask('/search', byId)).rejects.toThrow();
    expect(store.opened).toBe(0);
  });

  test('cuts no request of clients that keep their connections', async () => {
    const { url, store, server } = await served();
    store.wait = () => sleep(5);
    const port = Number(new URL(url).port);
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    const body = JSON.stringify(byId);
    const ask = () =>
      new Promise<string>((resolve) => {
        const headers = { 'Content-Type': 'application/json', 'Content-Length': body.length };
        const path = { host: '127.0.0.1', port, path: '/search', method: 'POST' };
        const sent = httpRequest({ ...path, agent, headers }, (response) => {
          response.resume().on('end', () => resolve(String(response.statusCode)));
        });
        sent.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
        sent.end(body);
      });
    const outcomes: string[] = [];
    let stopping = false;
    const client = async () => {
      for (;;) {
        const outcome = await ask();
        outcomes.push(outcome);
        if (stopping && outcome === 'ECONNREFUSED') return;
      }
    };
    const clients = Array.from({ length: 8 }, client);
    await vi.waitFor(() => expect(outcomes.length).toBeGreaterThan(20));
    stopping = true;
    await server.close();
    await Promise.all(clients);
    agent.destroy();
    expect([...new Set(outcomes)].sort()).toEqual(['200', 'ECONNREFUSED']);
  });

  test('does not wait for a client that only holds its connection', async () => {
    const { handler } = await served();
    // Longer than a test may take: it would end without an answer.
    const timeoutMs = 600_000;
    const server = await serveHandler(handler, { port: 0, host: '127.0.0.1', timeoutMs });
    const idle = connect(Number(new URL(server.url).port), '127.0.0.1');
    await new Promise((resolve) => idle.once('connect', resolve));
    await server.close();
    idle.destroy();
  });
});

test('a search during each of 200 swaps is answered by one release, without an error', async () => {
  const { ask, store, engine } = await served({ refreshMs: 20 });
  const attributesOf = (row: number) => ({ colour: row % 2 === 0 ? 'pink' : 'grey' });
  const repainted = await store.publish('r0', { attributesOf });
  store.wait = () => sleep(1);
  const body = { query: { id: idOf(3) }, options: { group: true, facets: ['*'] } };
  const even = await engine.search(body.query, body.options);
  const odd = await repainted.search(body.query, body.options);
  expect(odd.facets).not.toEqual(even.facets);
  let swaps = 0;
  let searches = 0;
  let hasFailed = false;
  const seen = new Set<string>();
  const swapper = (async () => {
    for (; swaps < 200; swaps++) {
      const before = await store.current();
      await store.put(`s${swaps}`, swaps % 2 === 0 ? engine : repainted);
      await store.drop(before?.release ?? '');
      await sleep(10);
      // On a busy machine the searches keep up all the same.
      while (searches < swaps && !hasFailed) await sleep(1);
    }
  })();
  const searcher = async () => {
    while (swaps < 200) {
      const response = await ask('/search', body);
      const text = await response.text();
      expect(response.status, text).toBe(200);
      const release = response.headers.get('Soutu-Release') ?? '';
      seen.add(release);
      if (!release.startsWith('s')) continue;
      const right = Number(release.slice(1)) % 2 === 0 ? even : odd;
      const got = JSON.parse(text) as SearchResponse;
      expect(got.hits).toEqual(JSON.parse(JSON.stringify(right.hits)));
      expect(got.facets).toEqual(right.facets);
      searches++;
    }
  };
  const all = [swapper, searcher(), searcher(), searcher(), searcher()];
  await Promise.all(all).finally(() => {
    hasFailed = true;
  });
  expect(seen.size).toBeGreaterThan(20);
  await vi.waitFor(() => expect(store.opened).toBeLessThanOrEqual(1));
});

test('a release is looked up once in `refreshMs`, not for each search', async () => {
  const { ask, store } = await served({ refreshMs: 60_000 });
  const before = store.looks;
  await Promise.all(Array.from({ length: 20 }, () => ask('/search', byId)));
  expect(store.looks).toBe(before + 1);
});

describe('a client that means no good', () => {
  test('long names cost no time, and neither does an address that never ends', async () => {
    const { ask, log } = await served({ logQueries: true });
    const spent = await cpuMs(async () => {
      const body = JSON.stringify({ [`${'a+'.repeat(60_000)}://`]: 1, query: { id: 'x' } });
      const response = await ask('/search', body);
      expect(response.status).toBe(400);
      const text = await response.text();
      expect(text.length).toBeLessThan(400);
      const type = await ask('/search', '{}', { 'Content-Type': 'a+'.repeat(4000) });
      expect((await type.text()).length).toBeLessThan(400);
      const origin = await ask('/search', '{}', { Origin: 'a+'.repeat(4000) });
      expect((await origin.text()).length).toBeLessThan(400);
      expect(withoutCredentials(`${'a+'.repeat(500_000)}://x`).length).toBeLessThanOrEqual(1000);
    });
    expect(spent).toBeLessThan(QUICK_MS);
    expect(JSON.stringify(log).length).toBeLessThan(4000);
  });

  test('a deep query is its own fault, and what a refused one says is not logged unless asked for', async () => {
    const { ask, log } = await served();
    const deep = `{"query":{"id":${'['.repeat(5000)}${']'.repeat(5000)}}}`;
    expect((await ask('/search', deep)).status).toBe(400);
    expect((await ask('/search', { query: { id: 'secret item' } })).status).toBe(404);
    expect(JSON.stringify(log)).not.toContain('secret');
    expect(log.map(({ code }) => code)).toEqual(['bad-request', 'unknown-item']);
  });

  test('sorts and exact searches of a large catalogue are refused', async () => {
    const { ask } = await served({ limits: { rows: 100 } });
    for (const options of [{ sort: { by: 'price' } }, { exact: true }]) {
      const response = await ask('/search', { ...byId, options });
      expect([response.status, await response.json()]).toEqual([
        400,
        {
          code: 'over-limit',
          message: expect.stringMatching(/compares all 400 items .* at most 100\. .*--max-rows/),
        },
      ]);
    }
    expect((await ask('/search', { ...byId, options: { group: true } })).status).toBe(200);
    const words = await ask('/search', { ...byId, options: { text: 'a '.repeat(40) } });
    expect(await words.json()).toMatchObject({ code: 'over-limit' });
  });
});

describe('a look for the next release', () => {
  test('happens at once if a vector is of another model: both may have been published while nobody searched', async () => {
    const { ask, store } = await served({ refreshMs: 60_000 });
    await ask('/search', byId);
    const engine = await open();
    const { model } = engine.bundle.manifest;
    const renewed = {
      ...engine.bundle.manifest,
      model: { ...model, input: { ...model.input, mean: [9, 9, 9] } },
    };
    await store.put('r2', { bundle: { manifest: renewed }, retriever: engine.retriever } as never);
    const next = await store.current();
    const body = { query: { vector: f32(plainOf(7)) }, model: next?.model };
    const response = await ask('/search', body);
    expect([response.status, response.headers.get('Soutu-Release')]).toEqual([200, 'r2']);
    expect((await ask('/search', { ...body, model: 'none' })).status).toBe(409);
  });

  test('that fails leaves the release in hand; a build that is being copied is no fault', async () => {
    const { ask, url, store } = await served({ refreshMs: 0 });
    expect((await ask('/search', byId)).status).toBe(200);
    vi.spyOn(store, 'current').mockRejectedValue(new SoutuError('BundleError', 'half a bundle'));
    for (let i = 0; i < 3; i++) expect((await ask('/search', byId)).status).toBe(200);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    vi.mocked(store.current).mockRejectedValue(new SoutuError('StoreError', 'away'));
    expect((await ask('/search', byId)).status).toBe(200);
    expect((await fetch(`${url}/health`)).status).toBe(503);
  });

  test('does not stop the searches meanwhile', async () => {
    const { ask, store } = await served({ refreshMs: 0 });
    await ask('/search', byId);
    vi.spyOn(store, 'current').mockReturnValue(new Promise(() => undefined));
    expect((await ask('/search', byId)).status).toBe(200);
  });
});
