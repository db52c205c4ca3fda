/**
 * Owns one worker. comlink leaves a call pending for ever when a worker dies, so its `error` events are
 * listened to here: all that waits is rejected, and the next call starts a new worker.
 */
import { type Remote, releaseProxy, wrap } from 'comlink';
import type { WorkerApi } from '../core/contract.ts';
import { SoutuError } from '../core/errors.ts';

export class WorkerHandle {
  readonly #start: () => Worker;
  #running: { worker: Worker; api: Remote<WorkerApi> } | null = null;
  readonly #waiting = new Set<(reason: SoutuError) => void>();

  constructor(start: () => Worker) {
    this.#start = start;
  }

  /** True until the worker was ended or died. */
  get alive(): boolean {
    return this.#running !== null;
  }

  /** Starts the worker where none runs; rejects when it dies before it has answered. */
  async call<T>(ask: (api: Remote<WorkerApi>) => Promise<T>): Promise<T> {
    const { api } = this.#ensure();
    let reject: (reason: SoutuError) => void = () => undefined;
    const died = new Promise<never>((_, fail) => {
      reject = fail;
    });
    this.#waiting.add(reject);
    try {
      return await Promise.race([ask(api), died]);
    } finally {
      this.#waiting.delete(reject);
    }
  }

  /** Ends the worker; what waits is rejected with the reason. */
  end(reason: string): void {
    if (!this.#running) return;
    const { worker, api } = this.#running;
    this.#running = null;
    api[releaseProxy]();
    worker.terminate();
    for (const reject of this.#waiting) reject(new SoutuError('WorkerError', reason));
  }

  #ensure() {
    if (!this.#running) {
      const worker = this.#start();
      const died = (event: Event) => {
        if (this.#running?.worker !== worker) return;
        event.preventDefault();
        const message = event instanceof ErrorEvent ? event.message : '';
        this.end(
          `The search worker stopped${message ? ` (${message})` : ''}. Try again; it is started anew.`,
        );
      };
      worker.addEventListener('error', died);
      worker.addEventListener('messageerror', died);
      this.#running = { worker, api: wrap<WorkerApi>(worker) };
    }
    return this.#running;
  }
}
