import type { Notice } from '../core/contract.ts';
import { MissingFileError, SoutuError } from '../core/errors.ts';
import type { CallOptions } from './api.ts';
import { checkCallOptions } from './check-arguments.ts';
import { linkSignals } from './linked-signal.ts';
import { WorkerDied } from './worker/running-worker.ts';

const RESTARTED: Notice = {
  code: 'worker-restarted',
  message: 'The search had stopped on this device and was started again.',
};

/**
 * Calls the worker; retries once if it died or found another release.
 * @param disposed aborts when the page has disposed of its search
 * @param newer aborts when a newer search takes this one's place
 */
export async function withRetries<T>(
  work: (call: CallOptions) => Promise<T>,
  call: CallOptions,
  disposed: AbortSignal,
  newer?: AbortSignal,
): Promise<{ answer: T; notices: readonly Notice[] }> {
  if (disposed.aborted) {
    throw new SoutuError('UsageError', 'This search was disposed; create a new one.');
  }
  checkCallOptions(call);
  const { signal, unlink } = linkSignals(call.signal, newer, disposed);
  const notices: Notice[] = [];
  try {
    for (let mayRestart = true, mayReopen = true; ; ) {
      try {
        return { answer: await work({ ...call, signal }), notices };
      } catch (error) {
        if (error instanceof WorkerDied && mayRestart) {
          mayRestart = false;
          notices.push(RESTARTED);
        } else if (error instanceof MissingFileError && mayReopen) {
          // Reopen with the newest release. If the file is missing there too, the bundle is incomplete.
          mayReopen = false;
        } else {
          throw error;
        }
      }
    }
  } finally {
    unlink();
  }
}
