import { DATABASE } from '../browser/database.ts';
import type { AssetStore } from './asset-store.ts';

const STORE = 'assets';

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
  let connection: Promise<IDBDatabase> | null = null;

  const open = (): Promise<IDBDatabase> => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    const opening = resultOf(request);
    const lost = () => {
      if (connection === opening) connection = null;
    };
    opening.then((database) => {
      // Another tab is deleting or upgrading the database and waits until this connection is closed.
      database.onversionchange = ({ newVersion }) => {
        database.close();
        lost();
        if (newVersion === null) onDeleted();
      };
      database.onclose = () => {
        lost();
        onDeleted();
      };
    }, lost);
    return opening;
  };
  const read = async <T>(work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
    connection ??= open();
    return resultOf(work((await connection).transaction(STORE).objectStore(STORE)));
  };
  const write = async (work: (store: IDBObjectStore) => IDBRequest): Promise<void> => {
    connection ??= open();
    const transaction = (await connection).transaction(STORE, 'readwrite');
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
    work(transaction.objectStore(STORE));
    await done;
  };

  connection = open();
  await connection;
  return {
    // Other scripts of the origin can write here: ignore values that are not files of ours.
    get: async (key) => {
      const value: unknown = await read((store) => store.get(key));
      return value instanceof Uint8Array ? value : undefined;
    },
    put: (key, bytes) => write((store) => store.put(bytes, key)),
    delete: (key) => write((store) => store.delete(key)),
    keys: async () => {
      const keys: unknown[] = await read((store) => store.getAllKeys());
      return keys.filter((key) => typeof key === 'string');
    },
    clear: () => write((store) => store.clear()),
    close: () => {
      void connection?.then((database) => database.close());
    },
  };
}

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
