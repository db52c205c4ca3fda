import { DATABASE } from '../core/contract.ts';
import { messageOf, SoutuError } from '../core/errors.ts';
import { forgetOffline } from './keep-offline.ts';
import { forgetAsking } from './keep-storage.ts';
import { RECENT_DATABASE } from './recent/device-queries.ts';

/**
 * Deletes all that searches have left on this device for this origin: files, begun files, recent queries,
 * what works offline.
 * What runs goes on from memory; no network is needed, and no worker.
 * @throws SoutuError `StorageError` where the browser refuses
 */
export async function forget(): Promise<void> {
  forgetAsking();
  await forgetOffline();
  await Promise.all([DATABASE, RECENT_DATABASE].map(deleteDatabase));
}

/** Connections of all tabs make way. */
async function deleteDatabase(name: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(refused(request.error));
  }).catch((error: unknown) => {
    // Where there is no storage nothing was kept.
    if ((error as Error).name !== 'SecurityError') throw error;
  });
}

function refused(cause: unknown): SoutuError {
  return new SoutuError(
    'StorageError',
    `The browser did not delete what the search has kept (${messageOf(cause)}). ` +
      "Clear this site's data in the browser's settings.",
    { cause },
  );
}
