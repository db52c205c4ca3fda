import { otherOriginNeeds } from '../../browser/other-origin.ts';
import { workerScript } from '../../browser/own-script.ts';
import { placedWorker } from './worker-place.ts';

/** File name of the worker's script in a copy of the package's folder `dist/browser`. */
const WORKER_FILE = 'worker.js';

/**
 * Starts the search's worker. The worker locates the files that it loads later by its script's URL.
 * @param assets absolute URL of a copy of the package's folder `dist/browser`; null if the page's bundler
 *   has placed the worker
 */
export function startWorker(assets: string | null): Worker | Promise<Worker> {
  const url = assets === null ? placedWorker() : new URL(WORKER_FILE, assets);
  return url instanceof URL ? startFrom(url) : url.then(startFrom);
}

function startFrom(url: URL): Worker {
  const worker = new Worker(workerScript(url, origin), { type: 'module', name: 'soutu' });
  worker.addEventListener('error', (event) => {
    // An error thrown by the script has a message. A script that could not be loaded has none.
    if (event instanceof ErrorEvent && event.message) return;
    event.stopImmediatePropagation();
    const message = cannotLoad(url);
    worker.dispatchEvent(new ErrorEvent('error', { message, cancelable: true }));
  });
  return worker;
}

const COPY =
  'copy the folder dist/browser of the package soutu to the site, and set "assets" to its URL';

function cannotLoad(url: URL): string {
  if (url.protocol === 'blob:') {
    return (
      "The search worker cannot start from a blob: URL. Allow worker-src blob: in the page's " +
      `Content-Security-Policy, or ${COPY}.`
    );
  }
  const needs = otherOriginNeeds(
    url.origin,
    origin,
    'worker-src blob: ORIGIN, script-src ORIGIN and connect-src ORIGIN',
  );
  return (
    `${url.origin}${url.pathname} cannot be loaded. ` +
    (needs || `Check the connection and that the file was uploaded. If it is missing, ${COPY}.`)
  );
}
