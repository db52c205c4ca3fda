import type { Page } from 'playwright';
import type { SavedPhoto } from '../../../src/client/history/saved-photo.ts';

/** What the device has for Back and reload; null if it has no such database. Looking for it does not create it. */
export function savedPhotos(page: Page): Promise<Omit<SavedPhoto, 'photo'>[] | null> {
  return page.evaluate(async () => {
    const names = (await indexedDB.databases()).map(({ name }) => name ?? '');
    if (!names.includes('soutu-history')) return null;
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('soutu-history');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const all = await new Promise<SavedPhoto[]>((resolve) => {
      const request = database.transaction('photos').objectStore('photos').getAll();
      request.onsuccess = () => resolve(request.result as SavedPhoto[]);
    });
    database.close();
    return all.map(({ photo, ...rest }) => rest);
  });
}
