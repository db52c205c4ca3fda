import { DATABASE } from '../../browser/database.ts';
import { HISTORY_DATABASE } from '../history/device-photos.ts';
import { RECENT_DATABASE } from '../recent/database.ts';
import { forgetOffline } from './keep-offline.ts';
import { forgetAsking } from './keep-storage.ts';
import { notDeleted } from './not-deleted.ts';

/** Milliseconds to wait for other connections. They close on request almost immediately, unless they are stuck. */
const PATIENCE_MS = 5000;

/**
 * Deletes everything that searches of this origin have stored on the device: files, partial downloads, recent
 * searches, searches saved for Back, and offline pages. Running searches continue from memory. Needs neither network nor worker.
 * @throws SoutuError `StorageError` if the browser refuses, or another page blocks the deletion; the rest is deleted
 */
export async function forget(patienceMs = PATIENCE_MS): Promise<void> {
  forgetAsking();
  const offline = forgetOffline().catch((error: unknown) => {
    throw notDeleted(error);
  });
  const databases = [DATABASE, RECENT_DATABASE, HISTORY_DATABASE].map((name) =>
    deleteDatabase(name, patienceMs),
  );
  const results = await Promise.allSettled([offline, ...databases]);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

/** All tabs close their connections when the browser requests it. */
async function deleteDatabase(name: string, patienceMs: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  await new Promise<void>((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(notDeleted(request.error));
    request.onblocked = () => {
      timer = setTimeout(() => reject(notDeleted('another page still uses it')), patienceMs);
    };
  })
    .finally(() => clearTimeout(timer))
    .catch((error: unknown) => {
      // Without storage there is nothing to delete.
      if ((error as Error).name !== 'SecurityError') throw error;
    });
}
