/**
 * One worker, from start to termination. comlink leaves calls pending forever if the worker dies, and browsers
 * do not report every death. This class detects it in three ways and then rejects all pending calls.
 *
 *     error event    an uncaught error, or a script that failed to load
 *     Web Lock       the worker holds it while alive; the page gets it once the worker is gone, for any reason
 *     pings          no reply to several pings while a call is running
 */
import { proxy, type Remote, releaseProxy, transferHandlers, wrap } from 'comlink';
import { transferErrors } from '../../browser/error-transfer.ts';
import type {
  EarlyBytes,
  Opened,
  Release,
  Report,
  WorkerApi,
  WorkerSettings,
} from '../../browser/worker-api.ts';
import { SoutuError } from '../../core/errors.ts';
import { unlessAborted } from '../../core/unless-aborted.ts';

transferErrors(transferHandlers);

/** The worker ended before it responded; a retry with a new worker may succeed. */
export class WorkerDied extends SoutuError {
  constructor(reason: string) {
    super(
      'WorkerError',
      `The search worker stopped (${reason}). Try again: the next search restarts it.`,
    );
  }
}

export interface Patience {
  /** Milliseconds between pings while a call is running. */
  readonly pingMs: number;
  /** Number of unanswered pings after which the worker counts as dead. */
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

  /** Opens the bundle once; after a failure, the next call retries. */
  open(
    bundle: string,
    release: Release,
    settings: WorkerSettings,
    report: Report,
    early: EarlyBytes,
  ): Promise<Opened> {
    if (!this.#opened) {
      const opening = this.ask((api) =>
        api.open(bundle, release, settings, proxy(report), proxy(early)),
      );
      this.#opened = opening;
      opening.catch(() => {
        if (this.#opened === opening) this.#opened = null;
      });
    }
    return this.#opened;
  }

  /** Makes the next call reopen the bundle. */
  forgetOpened(): void {
    this.#opened = null;
  }

  /** @throws WorkerDied if the worker ends before it responds */
  async ask<T>(question: (api: Remote<WorkerApi>) => Promise<T>): Promise<T> {
    const stopPings = this.#ping();
    try {
      return await unlessAborted(question(this.api), this.#ended.signal);
    } finally {
      stopPings();
    }
  }

  /** Terminates the worker and rejects pending calls. */
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
      // The request was aborted, or this browser has no Web Locks: the pings remain.
    }
  }

  #ping(): () => void {
    const { pingMs, pings } = this.#patience;
    const timer = setInterval(() => {
      // Counts pings rather than time, because a frozen page also stops its timers.
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
