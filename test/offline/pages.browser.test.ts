/** Stored pages, in the browser's own cache; only the network is the test's. */
import './support/as-service-worker.ts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { PageStore } from '../../src/offline/page-store.ts';
import { fileAnswer, pageAnswer, storePage } from '../../src/offline/pages.ts';
import { SHELL_CACHE } from '../../src/offline/shell.ts';

const scope = new URL('./', location.href).href;
const CACHE = `soutu-pages ${scope}`;
const at = (path: string) => new URL(path, new URL('/shop/', location.href)).href;
const script = at('main-1.js');

type Answer = () => Response | Promise<Response>;
let network = new Map<string, Answer>();
let waiting: Promise<unknown>[] = [];
const waitUntil = (work: Promise<unknown>) => void waiting.push(work);

const html = (text: string, name = 'main-1.js', headers = {}) =>
  new Response(`<title>${text}</title><script src="./${name}"></script><soutu-search>`, {
    headers: { 'content-type': 'text/html; charset=utf-8', ...headers },
  });
const js = (text: string) =>
  new Response(text, { headers: { 'content-type': 'text/javascript', vary: '*' } });
const portal = () =>
  new Response('<title>Log in</title>', { headers: { 'content-type': 'text/html' } });
const offline = () => Promise.reject(new TypeError('Failed to fetch'));

// As the install leaves it.
beforeAll(async () => void (await caches.open(SHELL_CACHE)));
afterAll(async () => void (await caches.delete(SHELL_CACHE)));

beforeEach(() => {
  network = new Map([[script, () => js('one')]]);
  waiting = [];
  vi.stubGlobal('fetch', async (request: Request | string) => {
    const url = typeof request === 'string' ? request : request.url;
    const answer = network.get(url) ?? network.get(url.replace(/\?.*/, '?*'));
    return answer ? answer() : offline();
  });
});

afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** One visit, with everything that it leaves behind. */
async function visit(path: string): Promise<string> {
  const answer = await pageAnswer(new Request(at(path)), waitUntil);
  const text = await answer.text();
  while (waiting.length > 0) await waiting.shift();
  return /<title>(.*)<\/title>/.exec(text)?.[1] ?? text;
}

const serve = (path: string, answer: Answer) => network.set(at(path), answer);
const store = (path: string) => storePage(at(path), [script]);

test('a stored page opens without a network, and gets the new content with one', async () => {
  serve('a', () => html('old'));
  await store('a');
  serve('a', () => html('new'));
  expect(await visit('a')).toBe('new');
  serve('a', offline);
  expect(await visit('a')).toBe('new');
});

test('one with Vary: * is stored all the same', async () => {
  serve('vary', () => html('first', undefined, { vary: '*' }));
  await store('vary');
  serve('vary', () => html('second', undefined, { vary: '*' }));
  expect(await visit('vary')).toBe('second');
  serve('vary', offline);
  expect(await visit('vary')).toBe('second');
});

test.each(['QuotaExceededError', 'TypeError'])(
  'a cache that cannot store (%s) never wins',
  async (name) => {
    serve('full', () => html('old'));
    await store('full');
    serve('full', () => html('new'));
    vi.spyOn(Cache.prototype, 'put').mockRejectedValue(new DOMException('No.', name));
    expect(await visit('full')).toBe('new');
    serve('full', offline);
    expect(await visit('full')).toBe('old');
  },
);

test('an answer that breaks off gives way to the copy', async () => {
  serve('broken', () => html('whole'));
  await store('broken');
  const broken = () => new ReadableStream({ pull: (controller) => controller.error('broken') });
  serve('broken', () => new Response(broken(), { headers: { 'content-type': 'text/html' } }));
  expect(await visit('broken')).toBe('whole');
});

test('a server that fails gives way to the copy; a page that is gone is gone', async () => {
  serve('failing', () => html('copy'));
  await store('failing');
  serve('failing', () => new Response('bad gateway', { status: 502 }));
  expect(await visit('failing')).toBe('copy');
  serve('failing', () => new Response('not found', { status: 404 }));
  expect(await visit('failing')).toBe('not found');
});

describe('a slow network', () => {
  const slow = (title: string) => (): Promise<Response> =>
    new Promise((resolve) => setTimeout(() => resolve(html(title)), 3600));

  test('gives way to the page’s own copy, and refreshes it', async () => {
    serve('slow', () => html('first'));
    await store('slow');
    serve('slow', slow('second'));
    expect(await visit('slow')).toBe('first');
    serve('slow', offline);
    expect(await visit('slow')).toBe('second');
  });

  test('is waited for where only other pages are stored', async () => {
    serve('list?p=1', () => html('one'));
    await store('list?p=1');
    serve('list?p=2', slow('two'));
    expect(await visit('list?p=2')).toBe('two');
  });

  test('is waited for once the network has shown another release', async () => {
    serve('released', () => html('first'));
    await store('released');
    const next = () => html('second', 'main-2.js');
    serve('released', next);
    expect(await visit('released')).toBe('second');
    serve('released', () => new Promise((resolve) => setTimeout(() => resolve(next()), 3600)));
    expect(await visit('released')).toBe('second');
    serve('released', offline);
    expect(await visit('released'), 'the copy that has its files').toBe('first');
  });
});

test('without a network no page stands in for another', async () => {
  serve('shop?p=1', () => html('one'));
  await store('shop?p=1');
  for (const other of ['shop', 'shop?p=2', 'shop?p=1&x']) {
    await expect(visit(other)).rejects.toThrow('Failed to fetch');
  }
  serve('shop?p=1', offline);
  expect(await visit('shop?p=1#part')).toBe('one');
});

test('tracking parameters and fragments make no page of their own', async () => {
  serve('ad?*', () => html('page'));
  serve('ad', () => html('page'));
  for (const query of ['?utm_source=a', '?utm_source=b&utm_medium=c', '?fbclid=1', '#x']) {
    await store(`ad${query}`);
  }
  const urls = (await (await caches.open(CACHE)).keys()).map(({ url }) => url);
  expect(urls.filter((url) => url.startsWith(at('ad')))).toEqual([at('ad')]);
  serve('ad?*', offline);
  expect(await visit('ad?gclid=2')).toBe('page');
});

describe('a captive portal', () => {
  test('is shown, and never stored', async () => {
    serve('hotel', () => html('ours'));
    await store('hotel');
    serve('hotel', portal);
    expect(await visit('hotel')).toBe('Log in');
    await store('hotel');
    serve('hotel', offline);
    expect(await visit('hotel')).toBe('ours');
  });

  test('that answers the first request is said, and nothing is stored', async () => {
    serve('lobby', portal);
    await expect(store('lobby')).rejects.toThrow(`${at('lobby')} does not lead to this page`);
    serve('lobby', offline);
    await expect(visit('lobby')).rejects.toThrow('Failed to fetch');
  });

  test('does not take the place of a script, nor does the start page of a host', async () => {
    serve('scripted', () => html('page'));
    await store('scripted');
    const ask = async () => {
      const response = await fileAnswer(new Request(script), waitUntil);
      while (waiting.length > 0) await waiting.shift();
      return response.text();
    };
    for (const answer of [portal, () => new Response('gone', { status: 404 }), offline]) {
      network.set(script, answer);
      expect(await ask()).toBe('one');
    }
    network.set(script, () => js('two'));
    expect(await ask()).toBe('two');
    network.set(script, offline);
    expect(await ask()).toBe('two');
  });
});

test('five releases leave the files of the last one', async () => {
  for (let i = 1; i <= 5; i++) {
    const file = at(`main-${i}.js`);
    const chunk = at(`chunk-${i}.js`);
    network.set(file, () => js(`${i}`));
    network.set(chunk, () => js(`${i}`));
    serve('five', () => html(`release ${i}`, `main-${i}.js`));
    await storePage(at('five'), [file, chunk]);
  }
  const stored = (await (await caches.open(CACHE)).keys()).map(({ url }) => url);
  const names = stored
    .map((url) => url.split('/').at(-1))
    .filter((name) => /-[2-5]\.js/.test(name ?? ''));
  expect(names.sort()).toEqual(['chunk-5.js', 'main-5.js']);
});

test('of many pages the least recently used goes, with its files', async () => {
  const pages = new PageStore(at('many/'), 3);
  const files = (i: number) => [at(`many/${i}.js`)];
  for (const i of [1, 2, 3]) {
    await pages.put(at(`many/${i}`), html(`${i}`));
    await pages.note(at(`many/${i}`), { files: files(i) });
  }
  await pages.note(at('many/1'), {});
  await pages.put(at('many/4'), html('4'));
  await pages.note(at('many/4'), { files: files(4) });
  // As the next start of the service worker reads it.
  const later = new PageStore(at('many/'), 3);
  const known = await Promise.all([1, 2, 3, 4].map((i) => later.isFile(at(`many/${i}.js`))));
  expect(known).toEqual([true, false, true, true]);
  expect(await later.match(at('many/2'))).toBeUndefined();
  expect(await later.match(at('many/1'))).toBeDefined();
});

test.each(['not JSON', '{}', '[["x"],["y",{"files":1}],[2,null]]'])(
  'an index that is damaged (%s) is as none',
  async (text) => {
    const cache = await caches.open(`soutu-pages ${at('damaged/')}`);
    await cache.put(at('damaged/soutu-pages.json'), new Response(text));
    const pages = new PageStore(at('damaged/'));
    expect(await pages.isFile(at('x.js'))).toBe(false);
    await pages.note(at('damaged/page'), { files: [at('x.js')] });
    expect(await new PageStore(at('damaged/')).isFile(at('x.js'))).toBe(true);
  },
);
