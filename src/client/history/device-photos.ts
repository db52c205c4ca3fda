/**
 * Saved photos in IndexedDB. Each action opens its own connection, as for recent queries, so it never blocks another
 * tab that deletes everything.
 *
 *     database soutu-history ─▶ store photos: mark ─▶ SavedPhoto
 *
 * Other scripts of the origin can write here, so every record is validated.
 */
import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from 'idb';
import { isView } from '../../core/image/view.ts';
import { withTimeout } from '../../core/timeout.ts';
import { MOST_SAVED, MOST_SAVED_BYTES, OLDEST_SAVED, type SavedPhoto } from './saved-photo.ts';

export const HISTORY_DATABASE = 'soutu-history';
const STORE = 'photos';
/** Some browsers never settle the request if storage is broken. */
const PATIENCE_MS = 4000;

interface Schema extends DBSchema {
  photos: { key: string; value: SavedPhoto };
}

/**
 * Saves a photo, in place of one with the same mark, and deletes those beyond the limits. One that exceeds the
 * limit alone is not saved.
 * @throws DOMException if storage is blocked or full
 */
export async function savePhoto(saved: SavedPhoto): Promise<void> {
  if (saved.photo.size > MOST_SAVED_BYTES) return;
  await withDatabase(async (database) => {
    const { store, done } = database.transaction(STORE, 'readwrite');
    const put = async () => {
      await store.put(saved);
      const records: unknown[] = await store.getAll();
      const stays = new Set(withinLimits(records.filter(isSavedPhoto)).map(({ mark }) => mark));
      for (const key of await store.getAllKeys()) if (!stays.has(key)) await store.delete(key);
    };
    await Promise.all([put(), done]);
  });
}

/**
 * @returns null if the photo is not saved, or too old
 * @throws DOMException if storage is blocked
 */
export async function findPhoto(mark: string, bundle: string): Promise<SavedPhoto | null> {
  // Looking for a photo must not create the database. Old browsers cannot list the names.
  const databases = await indexedDB.databases?.();
  if (databases && !databases.some(({ name }) => name === HISTORY_DATABASE)) return null;
  return withDatabase(async (database) => {
    const record: unknown = await database.get(STORE, mark);
    if (!isSavedPhoto(record) || record.bundle !== bundle || isOld(record)) return null;
    return record;
  });
}

/** Deletes the database, with the photos of all bundles. */
export async function forgetPhotos(): Promise<void> {
  await inTime(deleteDB(HISTORY_DATABASE));
}

function withinLimits(photos: readonly SavedPhoto[]): SavedPhoto[] {
  let bytes = 0;
  return photos
    .toSorted((a, b) => b.at - a.at)
    .slice(0, MOST_SAVED)
    .filter((saved) => {
      bytes += saved.photo.size;
      return bytes <= MOST_SAVED_BYTES && !isOld(saved);
    });
}

function isOld({ at }: SavedPhoto): boolean {
  return Date.now() - at > OLDEST_SAVED;
}

/** Whether a value read from the device has the form of a saved photo. */
function isSavedPhoto(value: unknown): value is SavedPhoto {
  if (typeof value !== 'object' || value === null) return false;
  const it = value as Partial<Record<keyof SavedPhoto, unknown>>;
  return (
    [it.mark, it.bundle, it.model].every((text) => typeof text === 'string') &&
    typeof it.soft === 'boolean' &&
    it.photo instanceof Blob &&
    it.vector instanceof Float32Array &&
    Number.isFinite(it.at) &&
    isView(it.view) &&
    (it.things === undefined || areRegions(it.things))
  );
}

function areRegions(value: unknown): boolean {
  return Array.isArray(value) && value.every((region) => isView({ turns: 0, region }));
}

async function withDatabase<T>(work: (database: IDBPDatabase<Schema>) => Promise<T>): Promise<T> {
  const database = await inTime(
    openDB<Schema>(HISTORY_DATABASE, 1, {
      upgrade(created) {
        created.createObjectStore(STORE, { keyPath: 'mark' });
      },
    }),
  );
  try {
    return await work(database);
  } finally {
    database.close();
  }
}

function inTime<T>(work: Promise<T>): Promise<T> {
  const tooLate = () => new DOMException('IndexedDB does not answer.', 'TimeoutError');
  return withTimeout(work, PATIENCE_MS, tooLate);
}
