import type { AssetStore } from './asset-store.ts';

/** Lives as long as the worker. */
export function createMemoryStore(): AssetStore {
  const assets = new Map<string, Uint8Array>();
  return {
    get: async (key) => assets.get(key),
    put: async (key, bytes) => {
      assets.set(key, bytes);
    },
    delete: async (key) => {
      assets.delete(key);
    },
    keys: async () => [...assets.keys()].sort(),
    clear: async () => assets.clear(),
    close: () => undefined,
  };
}
