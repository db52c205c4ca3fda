import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { DATABASE } from '../browser/database.ts';
import type { AssetStore } from './asset-store.ts';

interface Schema extends DBSchema {
  assets: { key: string; value: Uint8Array };
}

/**
 * IndexedDB, one object store for all bundles of the origin. A connection that the browser closes (another
 * tab deletes the database, the visitor clears the site's data) is opened again by the next call.
 * @param onDeleted called when that happens, so that background writes do not recreate the database
 * @throws DOMException where the browser gives no storage (private windows, blocked site data)
 */
export async function openIdbStore(
  name = DATABASE,
  onDeleted: () => void = () => undefined,
): Promise<AssetStore> {
  let connection: Promise<IDBPDatabase<Schema>> | null = null;

  const open = (): Promise<IDBPDatabase<Schema>> => {
    const opening = openDB<Schema>(name, 1, {
      upgrade(database) {
        database.createObjectStore('assets');
      },
      // Another tab deletes or upgrades the database: it waits until this connection is closed.
      blocking(_current, blocked, event) {
        (event.target as IDBDatabase).close();
        lost();
        if (blocked === null) onDeleted();
      },
      terminated() {
        lost();
        onDeleted();
      },
    });
    const lost = () => {
      if (connection === opening) connection = null;
    };
    opening.catch(lost);
    return opening;
  };
  const db = () => {
    connection ??= open();
    return connection;
  };

  await db();
  return {
    // Other scripts of the origin can write here: what is no file of ours does not exist for us.
    get: async (key) => {
      const value: unknown = await (await db()).get('assets', key);
      return value instanceof Uint8Array ? value : undefined;
    },
    put: async (key, bytes) => {
      await (await db()).put('assets', bytes, key);
    },
    delete: async (key) => (await db()).delete('assets', key),
    keys: async () => {
      const keys: unknown[] = await (await db()).getAllKeys('assets');
      return keys.filter((key) => typeof key === 'string');
    },
    clear: async () => (await db()).clear('assets'),
    close: () => {
      void connection?.then((open) => open.close());
    },
  };
}
