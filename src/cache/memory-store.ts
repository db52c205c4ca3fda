import type { AssetStore } from './asset-store.ts';

/** An in-memory store; its data is lost when the worker ends. */
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
