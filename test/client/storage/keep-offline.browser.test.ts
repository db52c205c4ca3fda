import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { KeptIndex, OfflineFiles } from '../../../src/browser/worker-api.ts';
import { openIdbStore } from '../../../src/cache/idb-store.ts';
import { RECENT_DATABASE } from '../../../src/client/recent/database.ts';
import { forget } from '../../../src/client/storage/forget.ts';
import { keepOffline } from '../../../src/client/storage/keep-offline.ts';
import { ScriptedSearch } from '../../widget/scripted-search.ts';

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

describe('a service worker', () => {
  const { href } = location;
  // Below its scope, which is its own folder.
  beforeEach(() => history.replaceState(null, '', new URL('./kept', script)));
  afterEach(async () => {
    history.replaceState(null, '', href);
    await (await navigator.serviceWorker.getRegistration(script))?.unregister();
  });
  const keep = (
    how: string,
    offline: Partial<OfflineFiles> = {},
    kept: KeptIndex[] = ['partly'],
  ) => {
    const serviceWorker = `${new URL('./service-worker-scripted.js', import.meta.url).href}?${how}`;
    const search = Object.assign(new ScriptedSearch(), { offline, kept });
    return keepOffline({ serviceWorker, search }, 2000);
  };

  test('that dies before it answers is told, and nobody waits for it', async () => {
    await expect(keep('dies')).rejects.toMatchObject({
      name: 'StorageError',
      message:
        'This page could not be saved for offline use (its service worker does not respond). The device may be full, ' +
        'or the connection lost. Online searches still work.',
    });
  });

  test('that says that it is still at it is waited for', async () => {
    expect(await keep('slow')).toBe(true);
  });

  test('that keeps a page which cannot search everything without a network: the reason, and what to do', async () => {
    await expect(keep('quick', { limit: 'parts' })).rejects.toMatchObject({
      name: 'UsageError',
      message:
        'Offline, this page can only repeat earlier searches, because the device has only a part of the index. The rest is ' +
        'downloaded only if the index is smaller than 8 MB, no other bundle is searched with it, the device has room for it, and ' +
        'the visitor does not save data. Build with --index codes for a site that must work offline.',
    });
    const loaded = keep('quick', { limit: 'parts' }, ['loading', 'whole']);
    expect(await loaded, 'the rest of the index was loaded').toBe(true);
    await expect(keep('quick', { limit: 'service' }, ['whole'])).rejects.toMatchObject({
      name: 'UsageError',
      message:
        'This page opens offline, but it cannot search there: a service answers its searches. Leave out "remote" for a ' +
        'site that must work offline.',
    });
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

test('forget deletes the databases even if the browser refuses to delete caches, and says so', async () => {
  const store = await openIdbStore();
  await store.put('a', Uint8Array.of(1));
  const keys = vi.spyOn(caches, 'keys').mockRejectedValue(new DOMException('Access is denied.'));
  try {
    await expect(forget()).rejects.toMatchObject({
      name: 'StorageError',
      message:
        'The browser did not delete what the search has kept (Access is denied.). ' +
        "Clear this site's data in the browser's settings.",
    });
  } finally {
    keys.mockRestore();
  }
  expect(await store.keys()).toEqual([]);
});
