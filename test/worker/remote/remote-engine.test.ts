/** The worker's search by a service, against a real service, and against the search on the device. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Query, SearchOptions, SearchResponse } from '../../../src/core/contract.ts';
import { MissingFileError, SoutuError } from '../../../src/core/errors.ts';
import { askService } from '../../../src/worker/remote/ask-service.ts';
import { readResponse } from '../../../src/worker/remote/read-response.ts';
import { RemoteEngine } from '../../../src/worker/remote-search.ts';
import {
  embedderOf,
  idOf,
  memoryBundle,
  open,
  photoOf,
  plainOf,
} from '../../engine/memory-bundle.ts';
import { served } from '../../node/serve/served.ts';

async function remoteOf(service: string) {
  const { source } = memoryBundle();
  const engine = await RemoteEngine.open(
    source,
    { embeddersFor: (spec) => [async () => embedderOf(spec)] },
    service,
  );
  return { source, engine };
}

const QUERIES: readonly Query[] = [
  { photo: photoOf(12) },
  { vector: plainOf(7) },
  { id: idOf(9) },
  {
    several: [
      { photo: photoOf(3) },
      { vector: plainOf(4), weight: 2 },
      { id: idOf(8), weight: -1 },
    ],
  },
];
const OPTIONS: readonly SearchOptions[] = [
  { size: 12 },
  { group: true, facets: ['*'], ranges: ['*'], filter: { colour: ['red'] }, from: 3, size: 5 },
];

const untimed = ({ timings, ...rest }: SearchResponse) => rest;

describe('a search by a service', () => {
  test.each(OPTIONS)('answers as the device does: %o', async (options) => {
    const { url } = await served();
    const { engine } = await remoteOf(`${url}/`);
    const local = await open();
    for (const query of QUERIES) {
      const there = await engine.search(query, options);
      const here = await local.search(query, options);
      expect(untimed(there)).toEqual(untimed(here));
      expect(there.timings.total).toBeGreaterThan(0);
    }
    await engine.dispose();
  });

  test('reads the manifest, and no file of the index', async () => {
    const { url } = await served();
    const { source, engine } = await remoteOf(url);
    await engine.search({ id: idOf(3) }, { facets: ['*'], text: 'bowl' });
    await engine.search({ photo: photoOf(3) });
    expect(source.manifest).toHaveBeenCalledTimes(1);
    expect(source.read).not.toHaveBeenCalled();
  });

  test('sends a vector and no pixels', async () => {
    const bodies: string[] = [];
    const { url } = await answering((body) => {
      bodies.push(body);
      return [404, '{"code":"unknown-item","message":"No item."}'];
    });
    const { engine } = await remoteOf(url);
    await expect(engine.search({ photo: photoOf(3) })).rejects.toMatchObject({
      name: 'UsageError',
    });
    const [body = '{}'] = bodies;
    const { query, ...others } = JSON.parse(body);
    expect(Object.keys(query)).toEqual(['vector']);
    expect(Object.keys(others)).toEqual(['options', 'model']);
    expect(body.length).toBeLessThan(300);
  });

  test('another model than that of the index is an error of the catalogue', async () => {
    const { url } = await served();
    const { source } = memoryBundle();
    const manifest = (await source.manifest()) as { model: object };
    source.manifest.mockResolvedValue({
      ...manifest,
      model: {
        ...manifest.model,
        preprocessing: 1,
        input: { ...inputOf(manifest), mean: [9, 9, 9] },
      },
    } as never);
    const parts = { embeddersFor: () => [] };
    const engine = await RemoteEngine.open(source, parts, url);
    const search = engine.search({ vector: plainOf(3) });
    // The page then opens the newest manifest and asks once more.
    await expect(search).rejects.toBeInstanceOf(MissingFileError);
    await expect(search).rejects.toMatchObject({
      name: 'BundleError',
      message: expect.stringContaining('The vector is of model'),
    });
  });

  test('ends at once when it is aborted', async () => {
    const { url } = await answering(() => new Promise(() => undefined));
    const { engine } = await remoteOf(url);
    const controller = new AbortController();
    const search = engine.search({ id: idOf(1) }, {}, { signal: controller.signal });
    setTimeout(() => controller.abort(new Error('enough')), 50);
    await expect(search).rejects.toThrow('enough');
  });
});

function inputOf({ model }: { model: object }): object {
  return (model as { input: object }).input;
}

type Answer = readonly [status: number, body: string, headers?: Record<string, string>];

/** A server whose answers a test chooses. */
async function answering(answer: (body: string, n: number) => Answer | Promise<Answer>) {
  let asked = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const [status, text, headers] = await answer(Buffer.concat(chunks).toString(), ++asked);
      response.writeHead(status, headers);
      response.end(text);
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked: () => asked };
}

describe('a service that refuses', () => {
  const said = (code: string) => JSON.stringify({ code, message: `words of ${code}` });
  const cases: [string, Answer, string, RegExp, number][] = [
    [
      'too many requests',
      [429, said('rate'), { 'Retry-After': '1' }],
      'BusyError',
      /words of rate/,
      2,
    ],
    ['a long wait', [429, said('rate'), { 'Retry-After': '60' }], 'BusyError', /words of rate/, 1],
    ['overload', [503, said('overloaded')], 'BusyError', /words of overloaded/, 2],
    ['a fault', [500, said('internal')], 'NetworkError', /words of internal/, 2],
    ['a proxy without its service', [502, '<html>'], 'NetworkError', /HTTP 502/, 2],
    ['another model', [409, said('model-mismatch')], 'BundleError', /words of model-mismatch/, 1],
    ['a wrong query', [400, said('bad-request')], 'UsageError', /^words of bad-request$/, 1],
    [
      'no service at all',
      [404, 'Not found'],
      'BundleError',
      /must be the address of "soutu serve"/,
      1,
    ],
    ['a page', [200, '<!doctype html>'], 'BundleError', /got <!doctype html>/, 1],
  ];
  test.each(cases)('%s', async (_, answer, name, words, times) => {
    const { url, asked } = await answering(() => answer);
    const wait = vi.fn(async () => undefined);
    const error = await askService(`${url}/search`, {}, undefined, wait).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(SoutuError);
    expect(error).toMatchObject({ name, message: expect.stringMatching(words) });
    expect(asked()).toBe(times);
    expect(wait).toHaveBeenCalledTimes(times - 1);
  });

  test('once is asked again, after as long as it says', async () => {
    const { url } = await answering((_, n) =>
      n === 1 ? [429, said('rate'), { 'Retry-After': '2' }] : [200, '{"hits":[]}'],
    );
    const wait = vi.fn(async () => undefined);
    expect(await askService(url, {}, undefined, wait)).toEqual({ hits: [] });
    expect(wait).toHaveBeenCalledWith(2000);
  });

  test('a connection that is refused says what to look at', async () => {
    const wait = vi.fn(async () => undefined);
    await expect(
      askService('http://127.0.0.1:9/search', {}, undefined, wait),
    ).rejects.toMatchObject({
      name: 'NetworkError',
      message: expect.stringMatching(
        /^http:\/\/127\.0\.0\.1:9: .*--allow-origin.*connect-src http/s,
      ),
    });
    expect(wait).toHaveBeenCalledWith(500);
  });
});

describe('an answer that a page must not trust', () => {
  const answer = async () => {
    const { ask } = await served();
    return (await (await ask('/search', { query: { id: idOf(3) } })).json()) as {
      hits: { item: Record<string, unknown> }[];
    };
  };

  test('keeps notices, such as that an answer is partial, and no more than a page can show', async () => {
    const raw = await answer();
    const notice = { code: 'index-partial', message: 'x'.repeat(900), detail: '3' };
    const notices = [notice, { code: 1, message: 'y' }, 'z'];
    const engine = { index: 'parts', words: false };
    const read = readResponse({ ...raw, notices, engine }, 'http://s');
    expect(read.notices).toEqual([{ ...notice, message: 'x'.repeat(500) }]);
    expect(read.engine).toEqual({ index: 'parts', embedder: null, words: false });
    const endless = JSON.parse(JSON.stringify(raw).replace(/"total":\d+/, '"total":1e999'));
    expect(() => readResponse(endless, 'http://s')).toThrow('"total" is Infinity');
  });

  test('loses links that run scripts, and values of other types', async () => {
    const raw = await answer();
    Object.assign(raw.hits[0]?.item ?? {}, {
      url: 'javascript:alert(1)',
      links: ['javascript:alert(1)'],
      thumb: 'data:text/html,x',
      title: { html: '<b>' },
      attributes: { colour: 'red', evil: { toString: 'x' }, nested: [1] },
      onclick: 'x',
    });
    expect(readResponse(raw, 'http://s').hits[0]?.item).toEqual({
      id: raw.hits[0]?.item.id,
      image: expect.any(String),
      group: raw.hits[0]?.item.group,
      attributes: { colour: 'red' },
    });
  });

  test.each([
    ['hits', 5, '"hits" is 5'],
    ['total', '9', '"total" is "9"'],
    ['thresholds', null, '"thresholds" is null'],
    ['hits', [{ score: 1, item: { id: 7 }, more: [], copies: [] }], 'an item\'s "id" is 7'],
    ['hits', [{ score: 'x', item: { id: 'a' } }], '"hits[0].score" is "x"'],
    ['attributes', [{ name: 1 }], '"items.attributes[0].name"'],
  ])('is refused with %s of %j', async (name, value, words) => {
    const raw = { ...(await answer()), [name]: value };
    expect(() => readResponse(raw, 'http://s')).toThrow(words);
    expect(() => readResponse(raw, 'http://s')).toThrow('must be the address of "soutu serve"');
  });
});
