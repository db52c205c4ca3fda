import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { DATABASE } from '../browser/database.ts';
import type { AssetStore } from './asset-store.ts';

interface Schema extends DBSchema {
  assets: { key: string; value: Uint8Array };
}

/**
 * An IndexedDB store, shared by all bundles of the origin. If the connection is closed (another tab deletes the
 * database, or the visitor clears the site's data), the next call reopens it.
 * @param onDeleted called when that happens, so that background writes do not recreate the database
 * @throws DOMException if the browser offers no storage (private windows, blocked site data)
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
      // Another tab is deleting or upgrading the database and waits until this connection is closed.
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
    // Other scripts of the origin can write here: ignore values that are not files of ours.
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
