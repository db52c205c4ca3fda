import { expect, test } from 'vitest';
import { openIdbStore } from '../../src/cache/idb-store.ts';
import { assetStoreContract } from './asset-store.contract.ts';

let next = 0;
assetStoreContract('IndexedDB', () => openIdbStore(`soutu-test-${next++}`));

test('what was put is there after closing and opening again', async () => {
  const first = await openIdbStore('soutu-test-again');
  await first.put('a', Uint8Array.from([4, 2]));
  first.close();
  const second = await openIdbStore('soutu-test-again');
  expect(Array.from((await second.get('a')) ?? [])).toEqual([4, 2]);
});

test('makes way for another tab that deletes the database', async () => {
  await openIdbStore('soutu-test-delete');
  const request = indexedDB.deleteDatabase('soutu-test-delete');
  await new Promise((resolve, reject) => {
    request.onsuccess = resolve;
    request.onerror = reject;
  });
  expect((await indexedDB.databases()).map(({ name }) => name)).not.toContain('soutu-test-delete');
});
