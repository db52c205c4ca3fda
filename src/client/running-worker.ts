/**
 * One worker from its start to its end. comlink leaves a call pending for ever when a worker dies, and not
 * every death is told: so it is noticed here in three ways, and all that waits is rejected.
 *
 *     error event    an uncaught error, a script that cannot be loaded
 *     Web Lock       held by the worker for its life: granted to the page when it is gone, whatever took it
 *     silence        pings without an answer, where a call is under way and the worker does nothing
 */
import { proxy, type Remote, releaseProxy, transferHandlers, wrap } from 'comlink';
import { transferErrors } from '../browser/error-transfer.ts';
import type { Opened, Release, Report, WorkerApi, WorkerSettings } from '../browser/worker-api.ts';
import { SoutuError } from '../core/errors.ts';
import { unlessAborted } from './unless-aborted.ts';

transferErrors(transferHandlers);

/** The worker went before it had answered; another one may do better. */
export class WorkerDied extends SoutuError {
  constructor(reason: string) {
    super('WorkerError', `The search worker stopped (${reason}). Try again; it is started anew.`);
  }
}

export interface Patience {
  /** Milliseconds from one ping to the next while a call is under way. */
  readonly pingMs: number;
  /** Pings without an answer after which a worker counts as dead. */
  readonly pings: number;
}

export class RunningWorker {
  readonly api: Remote<WorkerApi>;
  readonly #worker: Worker;
  readonly #patience: Patience;
  readonly #ended = new AbortController();
  readonly #onEnd: (reason: unknown) => void;
  #opened: Promise<Opened> | null = null;
  #unanswered = 0;

  constructor(worker: Worker, patience: Patience, onEnd: (reason: unknown) => void) {
    this.#worker = worker;
    this.#patience = patience;
    this.#onEnd = onEnd;
    this.api = wrap<WorkerApi>(worker);
    const { signal } = this.#ended;
    const failed = (event: Event) => {
      event.preventDefault();
      const message = event instanceof ErrorEvent ? event.message : '';
      this.#dies(message || 'its script could not be run');
    };
    worker.addEventListener('error', failed, { signal });
    worker.addEventListener('messageerror', failed, { signal });
    void this.#watchLock(`soutu-worker-${Math.random().toString(36).slice(2)}`);
  }

  /** Opens the bundle once; after a failure, the next call tries again. */
  open(
    bundle: string,
    release: Release,
    settings: WorkerSettings,
    report: Report,
  ): Promise<Opened> {
    if (!this.#opened) {
      const opening = this.ask((api) => api.open(bundle, release, settings, proxy(report)));
      this.#opened = opening;
      opening.catch(() => {
        if (this.#opened === opening) this.#opened = null;
      });
    }
    return this.#opened;
  }

  /** The next call opens the bundle again. */
  forgetOpened(): void {
    this.#opened = null;
  }

  /** @throws WorkerDied if the worker ends before it answers */
  async ask<T>(question: (api: Remote<WorkerApi>) => Promise<T>): Promise<T> {
    const stopPings = this.#ping();
    try {
      return await unlessAborted(question(this.api), this.#ended.signal);
    } finally {
      stopPings();
    }
  }

  /** Ends the worker; what waits is rejected. */
  end(reason: unknown): void {
    if (this.#ended.signal.aborted) return;
    this.#ended.abort(reason);
    this.api[releaseProxy]();
    this.#worker.terminate();
    this.#onEnd(reason);
  }

  #dies(reason: string): void {
    this.end(new WorkerDied(reason));
  }

  async #watchLock(name: string): Promise<void> {
    const { signal } = this.#ended;
    try {
      if (!(await this.ask((api) => api.live(name)))) return;
      await navigator.locks.request(name, { signal }, () => undefined);
      this.#dies('the system took it away');
    } catch {
      // Ended in another way, or this browser has no locks: the pings are left.
    }
  }

  #ping(): () => void {
    const { pingMs, pings } = this.#patience;
    const timer = setInterval(() => {
      // Counted, not timed: a page that was frozen must not blame its worker.
      if (this.#unanswered >= pings) {
        this.#dies(`no answer for ${Math.round((pings * pingMs) / 1000)} seconds`);
        return;
      }
      this.#unanswered++;
      void this.api.ping().then(() => {
        this.#unanswered = 0;
      });
    }, pingMs);
    return () => clearInterval(timer);
  }
}
