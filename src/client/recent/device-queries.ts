/**
 * Recent queries in IndexedDB. Each action opens its own connection, so it never blocks another tab that deletes
 * everything, and a deleted database is created again.
 *
 *     database soutu-recent ─▶ store queries: key (counts up) ─▶ { key, bundle, asked, at }
 *                                             index bundle
 *
 * Other scripts of the origin, and other versions of this one, can write here, so every record is validated.
 */
import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from 'idb';
import { withTimeout } from '../../core/timeout.ts';
import { RECENT_DATABASE } from './database.ts';
import { isRecentQuery } from './is-recent-query.ts';
import { isSameItem, MOST_RECENT, type RecentQueries, type RecentQuery } from './query.ts';

const STORE = 'queries';
const BY_BUNDLE = 'bundle';
/** Some browsers never settle the request if storage is broken. */
const PATIENCE_MS = 4000;

interface Schema extends DBSchema {
  queries: {
    key: number;
    /** Without its key, which the database adds. */
    value: Omit<RecentQuery, 'key'> & { readonly bundle: string; readonly key?: number };
    indexes: { bundle: string };
  };
}

/** @throws DOMException from every action if storage is blocked or full */
export function deviceQueries(bundle: string): RecentQueries {
  return {
    async list() {
      const database = await openExisting();
      if (!database) return [];
      try {
        const records: unknown[] = await database.getAllFromIndex(STORE, BY_BUNDLE, bundle);
        return records.filter(isRecentQuery).reverse();
      } finally {
        database.close();
      }
    },

    async keep(asked, instead) {
      const database = await open();
      try {
        const { store, done } = database.transaction(STORE, 'readwrite');
        const add = async () => {
          const records: unknown[] = await store.index(BY_BUNDLE).getAll(bundle);
          const key = await store.add({ bundle, asked, at: Date.now() });
          const known = records.filter(isRecentQuery);
          const isOld = (it: RecentQuery) => it.key === instead || isSameItem(it.asked, asked);
          const others = known.filter((query) => !isOld(query));
          const rest = others.slice(Math.max(0, others.length + 1 - MOST_RECENT));
          const stays = new Set(rest.map((query) => query.key));
          // Also deletes invalid records.
          for (const old of await store.index(BY_BUNDLE).getAllKeys(bundle)) {
            if (old !== key && !stays.has(old)) await store.delete(old);
          }
          return key;
        };
        const [key] = await Promise.all([add(), done]);
        return key;
      } finally {
        database.close();
      }
    },

    clear: forgetRecentQueries,
  };
}

/** Deletes the database, with the queries of all bundles. */
export async function forgetRecentQueries(): Promise<void> {
  await inTime(deleteDB(RECENT_DATABASE));
}

function open(): Promise<IDBPDatabase<Schema>> {
  return inTime(
    openDB<Schema>(RECENT_DATABASE, 1, {
      upgrade(database) {
        const store = database.createObjectStore(STORE, { keyPath: 'key', autoIncrement: true });
        store.createIndex(BY_BUNDLE, BY_BUNDLE);
      },
    }),
  );
}

/** @returns null if the database does not exist; reading does not create it */
async function openExisting(): Promise<IDBPDatabase<Schema> | null> {
  let isNew = false;
  const opening = openDB<Schema>(RECENT_DATABASE, 1, {
    upgrade(_database, _from, _to, transaction) {
      isNew = true;
      transaction.done.catch(() => undefined);
      transaction.abort();
    },
  });
  return inTime(
    opening.catch((error: unknown) => {
      if (isNew) return null;
      throw error;
    }),
  );
}

function inTime<T>(work: Promise<T>): Promise<T> {
  const tooLate = () => new DOMException('IndexedDB does not answer.', 'TimeoutError');
  return withTimeout(work, PATIENCE_MS, tooLate);
}
