import workerUrl from '../worker/main.ts?worker&url';
import { trusted } from './trusted.ts';

/** The search's worker, beside the module that this is built into. */
export function startWorker(): Worker {
  return new Worker(trusted(new URL(workerUrl, import.meta.url).href), {
    type: 'module',
    name: 'soutu',
  });
}
