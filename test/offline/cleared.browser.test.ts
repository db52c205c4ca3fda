/** A page that clears all caches of its origin, the service worker's among them. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import './support/as-service-worker.ts';
import { clear, keep, release, scopeOf } from './support/releases.ts';

const shell = `soutu-shell-1 ${scopeOf('a')}`;
const clearCaches = async () => {
  for (const name of await caches.keys()) await caches.delete(name);
};
beforeEach(clear);
afterEach(clear);

test('at the next search all is kept again, as often as it happens', async () => {
  const worker = await release('a', '1');
  for (let times = 0; times < 2; times++) {
    await clearCaches();
    expect(await keep(worker)).toEqual({ kept: true });
    const urls = (await (await caches.open(shell)).keys()).map(({ url }) => url);
    expect(urls).toEqual([new URL('release.js', `${scopeOf('a')}../`).href]);
  }
});

test('what a page asks for meanwhile comes from the network, and leaves no empty shell', async () => {
  Object.assign(self, { SOUTU_SHELL: { version: 'gone', files: ['page.js'] } });
  const { SHELL_CACHE, shellAnswer } = await import('../../src/offline/shell.ts');
  vi.spyOn(self, 'fetch').mockImplementation(async () => new Response('network'));
  const url = new URL('page.js', location.href);
  const answer = async () => (await shellAnswer(url))?.text();
  expect(await answer()).toBe('network');
  expect(await caches.keys()).toEqual([]);
  await (await caches.open(SHELL_CACHE)).put(url, new Response('kept'));
  expect(await answer()).toBe('kept');
  vi.restoreAllMocks();
});
