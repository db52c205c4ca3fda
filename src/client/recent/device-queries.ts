/**
 * Recent queries in IndexedDB. A connection is open for one action only: so nothing stands in the way of
 * another tab that forgets everything, and a database that was deleted is simply made anew.
 *
 *     database soutu-recent ─▶ store queries: key (counts up) ─▶ { key, bundle, asked, at }
 *                                             index bundle
 */
import { withTimeout } from '../../core/timeout.ts';
import { isSameItem, MOST_RECENT, type RecentQueries, type RecentQuery } from './query.ts';

export const RECENT_DATABASE = 'soutu-recent';
const STORE = 'queries';
const BY_BUNDLE = 'bundle';
/** Some browsers never answer where storage is broken. */
const PATIENCE_MS = 4000;

type Record = RecentQuery & { readonly bundle: string };

/** @throws DOMException from every action, where storage is blocked or full */
export function deviceQueries(bundle: string): RecentQueries {
  /** In the order in which they came. */
  const recordsIn = (store: IDBObjectStore) =>
    answerOf<Record[]>(store.index(BY_BUNDLE).getAll(bundle));

  return {
    async list() {
      const records = await within('readonly', recordsIn);
      return records?.reverse() ?? [];
    },

    async keep(asked, instead) {
      const kept = await within('readwrite', async (store) => {
        const known = await recordsIn(store);
        const key = await answerOf(store.add({ bundle, asked, at: Date.now() }));
        const isOld = (record: Record) => record.key === instead || isSameItem(record.asked, asked);
        const others = known.filter((record) => !isOld(record));
        const tooMany = others.slice(0, Math.max(0, others.length + 1 - MOST_RECENT));
        for (const old of [...known.filter(isOld), ...tooMany]) store.delete(old.key);
        return key as number;
      });
      return kept as number;
    },

    clear: forgetRecentQueries,
  };
}

/** The database itself goes, with the queries of all bundles. */
export async function forgetRecentQueries(): Promise<void> {
  await inTime(answerOf(indexedDB.deleteDatabase(RECENT_DATABASE)));
}

/** @returns null where nothing is to be written and no database is there: none is made for that */
async function within<T>(
  mode: 'readonly' | 'readwrite',
  work: (store: IDBObjectStore) => Promise<T>,
): Promise<T | null> {
  const database = await inTime(open(mode === 'readwrite'));
  if (!database) return null;
  try {
    const transaction = database.transaction(STORE, mode);
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
    const [result] = await Promise.all([work(transaction.objectStore(STORE)), done]);
    return result;
  } finally {
    database.close();
  }
}

async function open(make: boolean): Promise<IDBDatabase | null> {
  const request = indexedDB.open(RECENT_DATABASE, 1);
  let isNew = false;
  request.onupgradeneeded = () => {
    isNew = true;
    if (!make) {
      request.transaction?.abort();
      return;
    }
    const store = request.result.createObjectStore(STORE, { keyPath: 'key', autoIncrement: true });
    store.createIndex(BY_BUNDLE, BY_BUNDLE);
  };
  try {
    return await answerOf(request);
  } catch (error) {
    if (isNew && !make) return null;
    throw error;
  }
}

function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function inTime<T>(work: Promise<T>): Promise<T> {
  const tooLate = () => new DOMException('IndexedDB does not answer.', 'TimeoutError');
  return withTimeout(work, PATIENCE_MS, tooLate);
}
