/** The pictures that stay on the device, in the browser's own cache; only the network is the test's. */
import './support/as-service-worker.ts';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { SHELL_CACHE } from '../../src/offline/shell.ts';
import { isThumb, Thumbs } from '../../src/offline/thumbs.ts';

const PICTURE_BYTES = 1000;
let fetched: string[] = [];
let name = '';
let next = 0;

/** As the build names them. */
const urlOf = (i: number) =>
  new URL(`/shop/bundle/thumbs/${String(i).padStart(16, '0')}.webp`, location.href).href;
const urlsOf = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => urlOf(from + i));

// As the install leaves it.
beforeAll(async () => void (await caches.open(SHELL_CACHE)));
afterAll(async () => void (await caches.delete(SHELL_CACHE)));

beforeEach(() => {
  name = `soutu-test-thumbs-${next++}`;
  fetched = [];
  vi.stubGlobal('fetch', async (request: Request | string) => {
    fetched.push(typeof request === 'string' ? request : request.url);
    return new Response(new Uint8Array(PICTURE_BYTES), {
      headers: { 'Content-Type': 'image/webp' },
    });
  });
});

afterEach(async () => {
  vi.unstubAllGlobals();
  await caches.delete(name);
});

const kept = async () => (await (await caches.open(name)).keys()).map(({ url }) => url);

/** As a page asks for a picture. */
async function show(thumbs: Thumbs, url: string): Promise<number> {
  const work: Promise<unknown>[] = [];
  const response = await thumbs.answer(new Request(url), (more) => work.push(more));
  await Promise.all(work);
  return (await response.blob()).size;
}

test('only the build’s thumbnails are meant', () => {
  expect(isThumb(new URL(urlOf(1)))).toBe(true);
  for (const other of ['/thumbs/big.webp', '/photos/0000000000000001.webp', '/thumbs/1.webp']) {
    expect(isThumb(new URL(other, location.href))).toBe(false);
  }
});

test('a picture is fetched once, and kept as it is shown', async () => {
  const thumbs = new Thumbs(name);
  expect(await show(thumbs, urlOf(1))).toBe(PICTURE_BYTES);
  expect(await show(thumbs, urlOf(1))).toBe(PICTURE_BYTES);
  expect(fetched).toEqual([urlOf(1)]);
  expect(await kept()).toEqual([urlOf(1)]);
});

test('above the budget the oldest go', async () => {
  const thumbs = new Thumbs(name, 3 * PICTURE_BYTES);
  for (const url of urlsOf(0, 5)) await show(thumbs, url);
  expect(await kept()).toEqual(urlsOf(2, 5));
});

test('what earlier visits have kept counts: a worker that was ended and started anew', async () => {
  const before = new Thumbs(name, 3 * PICTURE_BYTES);
  await before.keep(urlsOf(0, 3));
  const after = new Thumbs(name, 3 * PICTURE_BYTES);
  await show(after, urlOf(3));
  expect(await kept()).toEqual(urlsOf(1, 4));
});

test('pictures of the catalogue fill what is left, and none goes for them', async () => {
  const thumbs = new Thumbs(name, 10 * PICTURE_BYTES);
  await thumbs.keep(urlsOf(0, 2));
  await thumbs.fill(urlsOf(0, 100));
  const all = await kept();
  expect(all).toContain(urlOf(0));
  expect(all).toContain(urlOf(1));
  expect(all).toHaveLength(10);
  expect(fetched.length).toBeLessThan(20);
});

test('a picture that is larger than the budget is shown, and what was there before goes', async () => {
  const thumbs = new Thumbs(name, PICTURE_BYTES / 2);
  expect(await show(thumbs, urlOf(0))).toBe(PICTURE_BYTES);
  expect(await show(thumbs, urlOf(1))).toBe(PICTURE_BYTES);
  expect(await kept()).toEqual([urlOf(1)]);
});

test('on a full device the pictures go first', async () => {
  const thumbs = new Thumbs(name);
  await thumbs.keep(urlsOf(0, 2));
  const full = vi
    .spyOn(Cache.prototype, 'put')
    .mockRejectedValue(new DOMException('Full.', 'QuotaExceededError'));
  expect(await show(thumbs, urlOf(2))).toBe(PICTURE_BYTES);
  full.mockRestore();
  expect(await kept()).toEqual([]);
  await show(thumbs, urlOf(3));
  expect(await kept()).toEqual([urlOf(3)]);
});
