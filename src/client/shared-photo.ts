/** The page's side of a share: other apps hand a photo to the installed app, and the page takes it up. */
import { trusted } from '../browser/own-script.ts';

// As src/offline/share.ts has them: what both import would be a file between them, and service workers
// without modules import none.
const SHARED_CACHE = 'soutu-shared';
const SHARED_PHOTO = 'shared-photo';
const SHARED_PARAMETER = 'shared';

/**
 * The photo with which the page was opened, once: it and the word of it in the page's address go.
 * @param serviceWorker URL of the service worker that took it
 * @returns null where there is none, or it was taken already
 */
export async function takeSharedPhoto(serviceWorker: string): Promise<File | null> {
  const here = new URL(location.href);
  if (!here.searchParams.has(SHARED_PARAMETER)) return null;
  here.searchParams.delete(SHARED_PARAMETER);
  history.replaceState(history.state, '', here);
  // Only in secure contexts.
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
 * An installed app is given to right away, before any search has called for the service worker: it is
 * registered as soon as there is one.
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
