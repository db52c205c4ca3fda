import { type DBSchema, openDB } from 'idb';
import type { AssetStore } from './asset-store.ts';

interface Schema extends DBSchema {
  assets: { key: string; value: Uint8Array };
}

/**
 * IndexedDB, one object store for all bundles of the origin.
 * @throws DOMException where the browser gives no storage (private windows, blocked site data)
 */
export async function openIdbStore(name = 'soutu'): Promise<AssetStore> {
  const db = await openDB<Schema>(name, 1, {
    upgrade(database) {
      database.createObjectStore('assets');
    },
    // Another tab wants a newer layout: make way, or it waits for ever.
    blocking(_current, _blocked, event) {
      (event.target as IDBDatabase).close();
    },
  });
  return {
    get: (key) => db.get('assets', key),
    put: async (key, bytes) => {
      await db.put('assets', bytes, key);
    },
    delete: (key) => db.delete('assets', key),
    keys: () => db.getAllKeys('assets'),
    clear: () => db.clear('assets'),
    close: () => db.close(),
  };
}
