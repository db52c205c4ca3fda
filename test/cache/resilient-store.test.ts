import { expect, test } from 'vitest';
import { createMemoryStore } from '../../src/cache/memory-store.ts';
import { createResilientStore } from '../../src/cache/resilient-store.ts';
import { assetStoreContract } from './asset-store.contract.ts';

assetStoreContract('resilient over a working one', async () =>
  createResilientStore(async () => createMemoryStore()),
);

assetStoreContract('resilient over a blocked one', async () =>
  createResilientStore(() => Promise.reject(new Error('blocked'))),
);

assetStoreContract('resilient over a full one', async () =>
  createResilientStore(async () => ({
    ...createMemoryStore(),
    put: () => Promise.reject(new Error('full')),
  })),
);

test('says so where the storage is blocked, and nothing where it works', async () => {
  const blocked = createResilientStore(() =>
    Promise.reject(new Error('The operation is insecure.')),
  );
  await blocked.get('x');
  expect(blocked.notices()).toEqual([
    {
      code: 'memory-only',
      message:
        'Nothing can be saved for the next visit: the storage of this browser is blocked or full ' +
        '(The operation is insecure.). The next visit downloads everything again.',
    },
  ]);
  const working = createResilientStore(async () => createMemoryStore());
  await working.put('x', new Uint8Array(1));
  expect(working.notices()).toEqual([]);
});

test('says so where the storage is full', async () => {
  const full = createResilientStore(async () => ({
    ...createMemoryStore(),
    put: () => Promise.reject(new Error('Quota exceeded.')),
  }));
  await full.put('x', new Uint8Array(1));
  expect(full.notices()[0]?.message).toContain('(Quota exceeded.)');
  expect(await full.get('x')).toHaveLength(1);
});

test('a full store is made room in, once, before memory has to do', async () => {
  const device = createMemoryStore();
  let isFull = true;
  const asked: string[] = [];
  const store = createResilientStore(
    async () => ({
      ...device,
      put: (key, bytes) => (isFull ? Promise.reject(new Error('full')) : device.put(key, bytes)),
    }),
    async (_, key) => {
      asked.push(key);
      isFull = key === 'hopeless';
    },
  );
  await store.put('a', Uint8Array.of(1));
  expect(asked).toEqual(['a']);
  expect(await device.keys()).toEqual(['a']);
  expect(store.notices()).toEqual([]);

  isFull = true;
  await store.put('hopeless', Uint8Array.of(2));
  expect(await device.keys()).toEqual(['a']);
  expect(await store.keys()).toEqual(['a', 'hopeless']);
  expect(store.notices()).toHaveLength(1);
  // Kept after all, or needed no more: nothing to tell.
  isFull = false;
  await store.put('hopeless', Uint8Array.of(3));
  expect(store.notices()).toEqual([]);
  expect(Array.from((await store.get('hopeless')) ?? [])).toEqual([3]);
});

test('a connection that was closed meanwhile is tried once more', async () => {
  const device = createMemoryStore();
  await device.put('a', Uint8Array.of(7));
  let closed = true;
  const store = createResilientStore(async () => ({
    ...device,
    get: (key) => {
      if (!closed) return device.get(key);
      closed = false;
      return Promise.reject(new Error('The database connection is closing.'));
    },
  }));
  expect(await store.get('a')).toHaveLength(1);
  expect(store.notices()).toEqual([]);
});

test('a value that is refused does not leave the earlier one to be read', async () => {
  const device = createMemoryStore();
  await device.put('manifest', Uint8Array.of(1));
  const store = createResilientStore(async () => ({
    ...device,
    put: () => Promise.reject(new Error('full')),
  }));
  await store.put('manifest', Uint8Array.of(2));
  expect(await store.get('manifest')).toEqual(Uint8Array.of(2));
});
