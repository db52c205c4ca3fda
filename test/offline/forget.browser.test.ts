/** "Delete saved data", as a service worker hears of it; in the browser's own cache. */
import './support/as-service-worker.ts';
import { expect, test, vi } from 'vitest';
import { comeBack, forget, isForgotten } from '../../src/offline/forget.ts';
import { SHELL_CACHE } from '../../src/offline/shell.ts';

test('a browser that cannot tell what is there has not said "forget"', async () => {
  const has = vi
    .spyOn(CacheStorage.prototype, 'has')
    .mockRejectedValue(new DOMException('Not now.'));
  expect(await isForgotten()).toBe(false);
  has.mockRestore();
  expect(await isForgotten()).toBe(false);
});

test('it deletes what work under way still puts aside, and the caches of others stay', async () => {
  await caches.open(SHELL_CACHE);
  await caches.open('the-owners');
  expect(await isForgotten()).toBe(false);
  let finish = () => {};
  const working = new Promise<void>((resolve) => {
    finish = resolve;
  }).then(() => caches.open('soutu-late'));
  const forgetting = forget([working, Promise.reject(new Error('failed'))]);
  expect(await isForgotten()).toBe(true);
  finish();
  await forgetting;
  expect(await comeBack(), 'a search after it').toBe(false);
  expect(await caches.keys()).toEqual(['the-owners']);
  await caches.delete('the-owners');
});
