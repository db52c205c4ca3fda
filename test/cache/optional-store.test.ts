import { expect, test, vi } from 'vitest';
import type { AssetStore } from '../../src/cache/asset-store.ts';
import { createMemoryStore } from '../../src/cache/memory-store.ts';
import { createOptionalStore } from '../../src/cache/optional-store.ts';
import { createResilientStore } from '../../src/cache/resilient-store.ts';
import { SoutuError } from '../../src/core/errors.ts';
import { assetStoreContract } from './asset-store.contract.ts';

assetStoreContract('device, for what can be done without', async () =>
  createOptionalStore(Promise.resolve(createMemoryStore())),
);

const value = Uint8Array.of(1);
const words = (reason: string) =>
  new SoutuError(
    'StorageError',
    `This device does not keep what a search could do without (${reason}). Another visit tries again.`,
  );

test('a full device refuses: nothing makes way, memory does not stand in, and nobody is told', async () => {
  const makeRoom = vi.fn();
  const full = { ...createMemoryStore(), put: () => Promise.reject(new Error('Quota exceeded.')) };
  const store = createResilientStore(async () => full, makeRoom);
  await expect(store.optional.put('a', value)).rejects.toThrow(words('Quota exceeded.'));
  expect([await store.keys(), makeRoom.mock.calls, store.notices()]).toEqual([[], [], []]);
});

test('it is the same device, but not what lies in memory only', async () => {
  const device = createMemoryStore();
  const put: AssetStore['put'] = (key, bytes) =>
    key === 'b' ? Promise.reject(new Error('Quota exceeded.')) : device.put(key, bytes);
  const store = createResilientStore(async () => ({ ...device, put }));
  await store.put('a', value);
  await store.put('b', value);
  expect([await store.keys(), await store.optional.keys()]).toEqual([['a', 'b'], ['a']]);
});

test('without storage it finds nothing and keeps nothing', async () => {
  const { optional } = createResilientStore(() => Promise.reject(new Error('blocked')));
  expect([await optional.get('a'), await optional.keys()]).toEqual([undefined, []]);
  await expect(optional.put('a', value)).rejects.toThrow(words('there is no storage'));
});

test('closed, because all was forgotten, it does not touch the device again', async () => {
  const device = createMemoryStore();
  const store = createResilientStore(async () => device);
  await store.optional.put('a', value);
  store.optional.close();
  await expect(store.optional.put('b', value)).rejects.toThrow(words('all was forgotten'));
  await store.optional.delete('a');
  await store.optional.clear();
  expect([await store.optional.get('a'), await store.optional.keys()]).toEqual([undefined, []]);
  // What the visitor asks for is kept again.
  await store.put('c', value);
  expect(await device.keys()).toEqual(['a', 'c']);
});
