import { otherOriginNeeds } from '../browser/other-origin.ts';
import { workerScript } from '../browser/own-script.ts';
import workerUrl from '../worker/main.ts?worker&url';

/** The search's worker, beside the module that this is built into. */
export function startWorker(): Worker {
  const url = new URL(workerUrl, import.meta.url);
  const worker = new Worker(workerScript(url, origin), { type: 'module', name: 'soutu' });
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
