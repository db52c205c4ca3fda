import { afterAll, expect, test, vi } from 'vitest';
import { openIdbStore } from '../../src/cache/idb-store.ts';
import { forget } from '../../src/client/forget.ts';
import { keepOffline } from '../../src/client/keep-offline.ts';
import { RECENT_DATABASE } from '../../src/client/recent/device-queries.ts';
import { ScriptedSearch } from '../widget/scripted-search.ts';

const script = new URL('./service-worker-elsewhere.js', import.meta.url);

afterAll(async () => {
  for (const it of await navigator.serviceWorker.getRegistrations()) await it.unregister();
});

test('a service worker in another folder cannot keep the page: said with both addresses', async () => {
  const keeping = keepOffline({ serviceWorker: script.href, search: new ScriptedSearch() });
  await expect(keeping).rejects.toMatchObject({
    name: 'UsageError',
    message:
      `The service worker ${script.href} keeps pages below ${new URL('./', script).href} only, and this page ` +
      `is ${location.href}. Put the script into the page's folder or one above it.`,
  });
});

test('forget leaves other owners’ service workers, caches and databases alone', async () => {
  const registration = await navigator.serviceWorker.register(script);
  await vi.waitFor(() => expect(registration.active?.state).toBe('activated'));
  await caches.open('the-owners');
  await caches.open('soutu-ours');
  const store = await openIdbStore();
  await store.put('a', Uint8Array.of(1));
  await forget();
  expect(await caches.keys()).toEqual(['the-owners']);
  expect(await store.keys()).toEqual([]);
  expect(await navigator.serviceWorker.getRegistration(script)).toBe(registration);
  await caches.delete('the-owners');
});

test('forget says so where another page does not let go of what was kept', async () => {
  const stubborn = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(RECENT_DATABASE, 1);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  await expect(forget(50)).rejects.toMatchObject({
    name: 'StorageError',
    message:
      'The browser did not delete what the search has kept (another page still uses it). ' +
      "Clear this site's data in the browser's settings.",
  });
  stubborn.close();
  await forget();
});
