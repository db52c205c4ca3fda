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
        'This browser keeps nothing for the next visit (its storage is blocked or full), so ' +
        'everything is loaded again then. (The operation is insecure.)',
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
