/** Pages that are kept, in the browser's own cache; only the network is the test's. */
import './support/as-service-worker.ts';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { keep, pageAnswer } from '../../src/offline/kept.ts';
import { SHELL_CACHE } from '../../src/offline/shell.ts';

const page = new URL('/shop/kept-page/', location.href).href;
let served = '';

// As the install leaves it.
beforeAll(async () => void (await caches.open(SHELL_CACHE)));
afterAll(async () => void (await caches.delete(SHELL_CACHE)));

afterEach(async () => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  await caches.delete('soutu-kept-1');
});

async function visit(): Promise<string> {
  return (await pageAnswer(new Request(page))).text();
}

test('a full device shows the new page while there is a network, and the old one without', async () => {
  vi.stubGlobal('fetch', async () => new Response(served));
  served = 'old';
  await keep([page]);
  served = 'new';
  vi.spyOn(Cache.prototype, 'put').mockRejectedValue(
    new DOMException('No room.', 'QuotaExceededError'),
  );
  expect(await visit()).toBe('new');
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
  expect(await visit()).toBe('old');
});

test('an answer that breaks off gives way to the kept one', async () => {
  vi.stubGlobal('fetch', async () => new Response(served));
  served = 'old';
  await keep([page]);
  const broken = () => new ReadableStream({ pull: (controller) => controller.error('broken') });
  vi.stubGlobal('fetch', async () => new Response(broken()));
  expect(await visit()).toBe('old');
});
