import { messageOf, SoutuError } from '../core/errors.ts';
import type { AssetStore } from './asset-store.ts';

/**
 * Device storage for data that the visitor did not request, such as prefetched files. If the device is full,
 * nothing is evicted, there is no fallback to memory, and no notice is shown. After `close`, reads find nothing
 * and writes store nothing.
 *
 * `put` throws SoutuError `StorageError` on failure. If storage is missing or does not respond, the other
 * methods behave as if it were empty.
 * @param opened resolves to null if the device has no storage; the owner closes the store
 */
export function createOptionalStore(opened: Promise<AssetStore | null>): AssetStore {
  let isClosed = false;
  const device = async () => {
    const store = await opened;
    return isClosed ? null : store;
  };

  /** @returns undefined if storage is missing, closed or fails */
  async function ask<T>(action: (store: AssetStore) => Promise<T>): Promise<T | undefined> {
    const store = await device();
    return store ? action(store).catch(() => undefined) : undefined;
  }

  return {
    get: (key) => ask((store) => store.get(key)),
    async put(key, bytes) {
      const store = await device();
      if (!store) throw notKept(isClosed ? 'all was forgotten' : 'there is no storage');
      await store.put(key, bytes).catch((error: unknown) => {
        throw notKept(messageOf(error), error);
      });
    },
    async delete(key) {
      await ask((store) => store.delete(key));
    },
    keys: async () => (await ask((store) => store.keys())) ?? [],
    async clear() {
      await ask((store) => store.clear());
    },
    close() {
      isClosed = true;
    },
  };
}

function notKept(reason: string, cause?: unknown): SoutuError {
  return new SoutuError(
    'StorageError',
    `This device does not keep what a search could do without (${reason}). Another visit tries again.`,
    { cause },
  );
}
