import type { CancelSignal } from './contract.ts';

/**
 * Rejects immediately when the signal aborts; the result of the work is then ignored. Does not use `Promise.race`,
 * because a long-lived promise would retain the result of every race it took part in.
 */
export function unlessAborted<T>(work: Promise<T>, signal: CancelSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
