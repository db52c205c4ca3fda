import { deleteDB, openDB } from 'idb';
import { expect, test, vi } from 'vitest';
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

test('makes way for another tab that deletes the database, and makes a new one when it is asked', async () => {
  const store = await openIdbStore('soutu-test-delete');
  await store.put('a', Uint8Array.from([4, 2]));
  const request = indexedDB.deleteDatabase('soutu-test-delete');
  await new Promise((resolve, reject) => {
    request.onsuccess = resolve;
    request.onerror = reject;
  });
  expect((await indexedDB.databases()).map(({ name }) => name)).not.toContain('soutu-test-delete');
  expect(await store.get('a')).toBeUndefined();
  await store.put('a', Uint8Array.from([5]));
  expect(Array.from((await store.get('a')) ?? [])).toEqual([5]);
});

test('values and keys that are not ours do not exist for it', async () => {
  const store = await openIdbStore('soutu-test-foreign');
  await store.put('ours', Uint8Array.of(1));
  const database = await openDB('soutu-test-foreign');
  const values = ['text', { a: 1 }, null, new ArrayBuffer(4), new Blob(['a'])];
  for (const [i, value] of values.entries()) await database.put('assets', value, `foreign-${i}`);
  await database.put('assets', Uint8Array.of(2), 7);
  for (const i of values.keys()) expect(await store.get(`foreign-${i}`)).toBeUndefined();
  expect(await store.keys()).not.toContain(7);
  await store.delete('foreign-0');
  expect(await store.get('ours')).toEqual(Uint8Array.of(1));
  database.close();
  store.close();
});

test('tells of its deletion, and not of a newer layout or its own end', async () => {
  const name = 'soutu-test-told';
  const onDeleted = vi.fn();
  const first = await openIdbStore(name, onDeleted);
  first.close();
  const second = await openIdbStore(name, onDeleted);
  const newer = await openDB(name, 2);
  newer.close();
  expect(onDeleted).not.toHaveBeenCalled();
  second.close();
  await deleteDB(name);
  const third = await openIdbStore(name, onDeleted);
  await deleteDB(name);
  expect(onDeleted).toHaveBeenCalledTimes(1);
  third.close();
});
