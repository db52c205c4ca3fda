import { otherOriginNeeds } from '../core/other-origin.ts';
import workerUrl from '../worker/main.ts?worker&url';
import { trusted } from './trusted.ts';

/** The search's worker, beside the module that this is built into. */
export function startWorker(): Worker {
  const url = new URL(workerUrl, import.meta.url);
  const script = url.origin === origin ? url.href : shimFor(url);
  const worker = new Worker(trusted(script), { type: 'module', name: 'soutu' });
  worker.addEventListener('error', (event) => {
    // An error in the script has words of its own; a script that cannot be loaded has none.
    if (event instanceof ErrorEvent && event.message) return;
    event.stopImmediatePropagation();
    const needs = otherOriginNeeds(
      url.origin,
      origin,
      'worker-src blob: ORIGIN, script-src ORIGIN and connect-src ORIGIN',
    );
    const message =
      `${url.origin}${url.pathname} cannot be loaded. ` +
      (needs || 'Check the connection, and that it was uploaded with the files beside it.');
    worker.dispatchEvent(new ErrorEvent('error', { message, cancelable: true }));
  });
  return worker;
}

/** A worker starts from the page's own origin only: this line of its own fetches the real one. */
function shimFor(url: URL): string {
  const line = `import ${JSON.stringify(url.href)};`;
  const shim = URL.createObjectURL(new Blob([line], { type: 'text/javascript' }));
  // Never revoked: when the worker has read it nobody tells.
  return shim + url.hash;
}
