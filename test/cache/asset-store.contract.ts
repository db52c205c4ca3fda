import { describe, expect, test } from 'vitest';
import type { AssetStore } from '../../src/cache/asset-store.ts';

/** What every store does, wherever it keeps its bytes. `make` opens an empty one. */
export function assetStoreContract(name: string, make: () => Promise<AssetStore>): void {
  describe(`${name} as an asset store`, () => {
    const bytes = Uint8Array.from([1, 2, 3]);

    test('gives back what was put, and nothing else', async () => {
      const store = await make();
      await store.put('a', bytes);
      expect(Array.from((await store.get('a')) ?? [])).toEqual([1, 2, 3]);
      expect(await store.get('b')).toBeUndefined();
    });

    test('a later put replaces the earlier', async () => {
      const store = await make();
      await store.put('a', bytes);
      await store.put('a', Uint8Array.from([9]));
      expect(Array.from((await store.get('a')) ?? [])).toEqual([9]);
    });

    test('lists, deletes and clears', async () => {
      const store = await make();
      await store.put('b', bytes);
      await store.put('a', bytes);
      expect(await store.keys()).toEqual(['a', 'b']);
      await store.delete('a');
      await store.delete('not there');
      expect(await store.keys()).toEqual(['b']);
      await store.clear();
      expect(await store.keys()).toEqual([]);
    });

    test('keeps empty files', async () => {
      const store = await make();
      await store.put('empty', new Uint8Array());
      expect(await store.get('empty')).toHaveLength(0);
    });
  });
}
