/**
 * Manages the worker for one bundle and engine, which all searches of the page over that pair share. The worker
 * starts on the first call, runs one call at a time, is terminated after an idle period, and is restarted if it
 * dies.
 *
 *     call ─▶ queue ─▶ start ─▶ open ─▶ ask ─▶ response
 *               │                        │
 *            aborted: skipped         aborted: asked to stop; terminated if it does not and other calls wait
 */
import type { Remote } from 'comlink';
import type { EngineChoice } from '../../browser/engine-choice.ts';
import type { CallId, KeyedBundle, Release, Report, WorkerApi } from '../../browser/worker-api.ts';
import type { BundleInfo } from '../../core/contract.ts';
import { MissingFileError, SoutuError } from '../../core/errors.ts';
import { unlessAborted } from '../../core/unless-aborted.ts';
import type { CallOptions, WorkerState } from '../api.ts';
import { takeEarlyManifest } from '../connection/early-manifest.ts';
import { savesData } from '../connection/saves-data.ts';
import { isSlowLine } from '../connection/slow-line.ts';
import { type Patience, RunningWorker } from './running-worker.ts';

export interface GuardLimits extends Patience {
  /** Milliseconds without a call after which the worker is terminated to free its memory. */
  readonly idleMs: number;
  /** Milliseconds that an aborted call has to stop while another call waits. */
  readonly abortMs: number;
}

export const DEFAULT_LIMITS: GuardLimits = {
  idleMs: 120_000,
  abortMs: 2000,
  pingMs: 5000,
  pings: 12,
};

/** The bundle that a worker searches, and the engine that it uses. */
export interface GuardSubject {
  /** Absolute URL of the bundle's folder. */
  readonly bundle: string;
  /** All bundles, if several are searched together. */
  readonly bundles?: readonly KeyedBundle[] | null;
  /** Absolute URLs of copies of the bundle. */
  readonly mirrors?: readonly string[];
  /** Absolute URL of the service that searches; null if the worker does. */
  readonly remote?: string | null;
  readonly engine: EngineChoice;
  /** Absolute URL of a copy of the package's `dist/browser`; null if the page's bundler placed the worker. */
  readonly assets: string | null;
}

/** Errors that leave the worker usable: the next call may succeed with other files, a connection or another photo. */
const KEEPS_WORKER: readonly string[] = [
  'NetworkError',
  'BusyError',
  'BundleError',
  'PhotoError',
  'UsageError',
  'AbortError',
];

/** The reason for terminating a worker that had no call for `idleMs`. */
const IDLE = new SoutuError('WorkerError', 'The worker was idle.');

/** What a call asks the worker, whose bundle is open. */
export type Question<T> = (api: Remote<WorkerApi>, call: CallId, info: BundleInfo) => Promise<T>;

export class WorkerGuard {
  readonly #subject: GuardSubject;
  readonly #start: () => Worker | Promise<Worker>;
  readonly #limits: GuardLimits;
  readonly #waiting = new Map<CallId, (message: Parameters<Report>[1]) => void>();
  readonly #watching = new Set<(state: WorkerState) => void>();
  #running: RunningWorker | null = null;
  #state: WorkerState = 'unstarted';
  /** A visit stays on one release: the one opened first is reopened after an idle period. */
  #release: Release = 'newest';
  #last: Promise<unknown> = Promise.resolve();
  #calls = 0;
  #idle: ReturnType<typeof setTimeout> | undefined;

  constructor(
    subject: GuardSubject,
    start: () => Worker | Promise<Worker>,
    limits: GuardLimits = DEFAULT_LIMITS,
  ) {
    this.#subject = subject;
    this.#start = start;
    this.#limits = limits;
  }

  get state(): WorkerState {
    return this.#state;
  }

  /** @returns a function that removes the listener */
  watch(listener: (state: WorkerState) => void): () => void {
    this.#watching.add(listener);
    return () => this.#watching.delete(listener);
  }

  /**
   * @throws the signal's reason immediately; WorkerDied; any error from opening the bundle or from the question
   */
  async call<T>(
    question: Question<T>,
    { signal, onProgress, onFirstHits }: CallOptions = {},
  ): Promise<T> {
    signal?.throwIfAborted();
    clearTimeout(this.#idle);
    const id = ++this.#calls;
    this.#waiting.set(id, (message) => {
      if (message.step === 'first') onFirstHits?.(message.response);
      else onProgress?.(message);
    });
    const turn = this.#last.then(() => this.#take(id, question, signal));
    this.#last = turn.catch(() => undefined);
    try {
      return await unlessAborted(turn, signal);
    } finally {
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) this.#rest();
    }
  }

  /** Terminates the worker; pending calls are rejected with the reason. */
  end(reason: string): void {
    clearTimeout(this.#idle);
    this.#running?.end(new SoutuError('WorkerError', reason));
  }

  async #take<T>(id: CallId, question: Question<T>, signal: AbortSignal | undefined): Promise<T> {
    signal?.throwIfAborted();
    const running = await this.#ensure(signal);
    try {
      const { bundle, bundles, mirrors = [], remote = null, engine } = this.#subject;
      const settings = {
        remote,
        engine,
        savesData: savesData(),
        slowLine: isSlowLine(),
        ...(bundles ? { bundles } : {}),
        ...(mirrors.length > 0 ? { mirrors } : {}),
      };
      const { info, release } = await running.open(
        bundle,
        // Of several, the one that answers may be another one.
        bundles ? 'newest' : this.#release,
        settings,
        this.#report,
        () => takeEarlyManifest(bundle),
      );
      this.#release = release;
      signal?.throwIfAborted();
      const stopWatching = this.#watchAbort(running, id, signal);
      return await running.ask((api) => question(api, id, info)).finally(stopWatching);
    } catch (error) {
      // A runtime that failed to start cannot be restarted in the same worker. An abort is not a failure,
      // whatever reason the page gave.
      const { name } = error as Error;
      // A new release has probably replaced the opened one.
      if (error instanceof MissingFileError) {
        this.#release = 'newest';
        running.forgetOpened();
      }
      const aborted = signal?.aborted === true && error === signal.reason;
      if (!aborted && !KEEPS_WORKER.includes(name)) running.end(error);
      throw error;
    }
  }

  readonly #report: Report = (call, message) => {
    const listeners = call === null ? [...this.#waiting.values()] : [this.#waiting.get(call)];
    for (const listener of listeners) listener?.(message);
  };

  #watchAbort(running: RunningWorker, id: CallId, signal: AbortSignal | undefined): () => void {
    if (!signal) return () => undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = () => {
      void running.api.abort(id);
      const endIfAwaited = () => {
        if (this.#waiting.size > 0) running.end(signal.reason);
        else timer = setTimeout(endIfAwaited, this.#limits.abortMs);
      };
      timer = setTimeout(endIfAwaited, this.#limits.abortMs);
    };
    signal.addEventListener('abort', stop, { once: true });
    return () => {
      signal.removeEventListener('abort', stop);
      clearTimeout(timer);
    };
  }

  async #ensure(signal: AbortSignal | undefined): Promise<RunningWorker> {
    if (!this.#running) {
      const worker = await this.#start();
      if (signal?.aborted) {
        worker.terminate();
        throw signal.reason;
      }
      const running: RunningWorker = new RunningWorker(worker, this.#limits, (reason) => {
        removeEventListener('pagehide', leave);
        if (this.#running !== running) return;
        this.#running = null;
        this.#become(reason === IDLE ? 'asleep' : 'stopped');
      });
      // Browsers cache a page for Back only if its worker holds no lock. The next call starts the worker again.
      const leave = () => {
        if (this.#waiting.size === 0) running.end(IDLE);
      };
      addEventListener('pagehide', leave);
      this.#running = running;
      this.#become('awake');
    }
    return this.#running;
  }

  #become(state: WorkerState): void {
    this.#state = state;
    for (const tell of this.#watching) tell(state);
  }

  #rest(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#running?.end(IDLE), this.#limits.idleMs);
  }
}
