import { DATABASE } from '../browser/database.ts';
import { forgetOffline } from './keep-offline.ts';
import { forgetAsking } from './keep-storage.ts';
import { notDeleted } from './not-deleted.ts';
import { RECENT_DATABASE } from './recent/device-queries.ts';

/** Milliseconds to wait for other connections: they close on request, within moments, unless they are stuck. */
const PATIENCE_MS = 5000;

/**
 * Deletes all that searches have left on this device for this origin: files, begun files, recent queries,
 * what works offline.
 * What runs goes on from memory; no network is needed, and no worker.
 * @throws SoutuError `StorageError` if the browser refuses, or another page keeps its connection open
 */
export async function forget(patienceMs = PATIENCE_MS): Promise<void> {
  forgetAsking();
  await forgetOffline();
  await Promise.all([DATABASE, RECENT_DATABASE].map((name) => deleteDatabase(name, patienceMs)));
}

/** The connections of all tabs close on request. */
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
