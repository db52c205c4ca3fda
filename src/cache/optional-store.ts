import { messageOf, SoutuError } from '../core/errors.ts';
import type { AssetStore } from './asset-store.ts';

/**
 * The device's storage for what no visitor has asked for: nothing makes way for it, memory does not stand in,
 * and nobody is told where it finds no room. After `close` it knows nothing and keeps nothing.
 *
 * Its `put` throws SoutuError `StorageError`; where there is no storage, or none that answers, the rest finds
 * nothing.
 * @param opened null where the device gives none; closed by its owner
 */
export function createOptionalStore(opened: Promise<AssetStore | null>): AssetStore {
  let isClosed = false;
  const device = async () => {
    const store = await opened;
    return isClosed ? null : store;
  };

  /** @returns undefined where there is no answer */
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
