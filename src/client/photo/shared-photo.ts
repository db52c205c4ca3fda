/** The page's side of the share target: receives a photo that another app shared with the installed app. */
import { trusted } from '../../browser/own-script.ts';

// Must match src/offline/share.ts. The two cannot share a module, because bundling would move it to a separate
// file, and service workers without modules cannot import one.
const SHARED_CACHE = 'soutu-shared';
const SHARED_PHOTO = 'shared-photo';
const SHARED_PARAMETER = 'shared';

/**
 * Returns the photo that the page was opened with, once; deletes it and its marker in the page's URL.
 * @param serviceWorker URL of the service worker that received it
 * @returns null if there is none, or it was already returned
 */
export async function takeSharedPhoto(serviceWorker: string): Promise<File | null> {
  const here = new URL(location.href);
  if (!here.searchParams.has(SHARED_PARAMETER)) return null;
  here.searchParams.delete(SHARED_PARAMETER);
  history.replaceState(history.state, '', here);
  // Undefined outside secure contexts.
  if (!('caches' in globalThis)) return null;
  const cache = await caches.open(SHARED_CACHE);
  const address = new URL(SHARED_PHOTO, new URL(serviceWorker, document.baseURI));
  const response = await cache.match(address);
  if (!response) return null;
  const photo = await response.blob();
  await cache.delete(address);
  return new File([photo], '', { type: photo.type });
}

/**
 * Other apps can share to an installed app before its first search. So the service worker is registered as soon
 * as the app is installed.
 */
export function serveInstalled(serviceWorker: string, signal: AbortSignal): void {
  const register = () => {
    const url = new URL(serviceWorker, document.baseURI).href;
    // If registration fails, the search reports it when it needs the service worker.
    navigator.serviceWorker?.register(trusted(url)).catch(() => undefined);
  };
  if (matchMedia('(display-mode: standalone)').matches) register();
  else addEventListener('appinstalled', register, { once: true, signal });
}
