/**
 * Embeds on several threads, one photo each. Every thread has its own kernel, so threads never wait for each
 * other. Each thread computes the same bits from the same pixels, so any thread can take any photo.
 *
 *     embed(photo) ─▶ the least loaded thread: preprocess ─▶ kernel ─▶ vector
 */
import type { CancelSignal } from '../../../core/contract.ts';
import { EngineError, messageOf, SoutuError } from '../../../core/errors.ts';
import type { RgbaImage } from '../../../core/image/pixels.ts';
import type { VggSpec } from '../../../core/model/spec.ts';
import type { Embedder } from '../../../engine/embedder.ts';
import type { Precision } from '../../../kernel/binary.ts';
import { EmbedThread, LostThreadError } from './embed-thread.ts';
import { LazyEmbedder } from './lazy-embedder.ts';

export interface PoolOptions {
  readonly threads: number;
  readonly precision: Precision;
  /** Receives a warning for each lost thread. */
  readonly warn: (line: string) => void;
  /** Script of the threads; default embed-worker. */
  readonly script?: URL;
}

interface Job {
  readonly photo: RgbaImage;
  readonly signal: CancelSignal | undefined;
  readonly resolve: (vector: Float32Array<ArrayBuffer>) => void;
  readonly reject: (reason: unknown) => void;
}

/** One being embedded and one queued, so that a thread never waits for input. */
const PHOTOS_OF_A_THREAD = 2;

export class EmbedderPool implements Embedder {
  readonly engine: string;
  readonly spec: VggSpec;
  readonly #team: Set<EmbedThread>;
  readonly #queue: Job[] = [];
  /** The error of a pool that can no longer embed. */
  #end: SoutuError | null = null;

  private constructor(
    engine: string,
    spec: VggSpec,
    team: readonly EmbedThread[],
    warn: PoolOptions['warn'],
  ) {
    this.engine = engine;
    this.spec = spec;
    this.#team = new Set(team);
    for (const thread of team) thread.lost.then((error) => this.#lose(thread, error, warn));
  }

  /**
   * @param weights contents of `spec.weights.files`; copied once for all threads
   * @throws SoutuError `ModelError` for a bad model; EngineError if no thread can embed
   */
  static async start(
    spec: VggSpec,
    weights: readonly Uint8Array[],
    { threads, precision, warn, script }: PoolOptions,
  ): Promise<EmbedderPool> {
    const message = { spec, precision, weights: weights.map(inSharedMemory) };
    const starting = Array.from({ length: threads }, () => EmbedThread.start(message, script));
    const team: EmbedThread[] = [];
    const reasons: unknown[] = [];
    for (const start of await Promise.allSettled(starting)) {
      if (start.status === 'fulfilled') team.push(start.value);
      else reasons.push(start.reason);
    }
    const [reason] = reasons;
    const [first] = team;
    if (!first) {
      if (!(reason instanceof LostThreadError)) throw reason;
      const problem = `${spec.name}: threads cannot be started (${reason.message}).`;
      throw new EngineError(problem, { cause: reason });
    }
    if (reason) {
      const some = `${reasons.length} of ${threads} threads could not start`;
      warn(`${some} (${messageOf(reason)}), so this takes longer.`);
    }
    return new EmbedderPool(first.engine, spec, team, warn);
  }

  /** The number of threads that are still running. */
  get photosAtOnce(): number {
    return this.#team.size;
  }

  /**
   * Embeds as many photos at once as there are threads; further photos are queued.
   * @throws SoutuError `WorkerError` if no thread is left
   */
  embed(photo: RgbaImage, signal?: CancelSignal): Promise<Float32Array<ArrayBuffer>> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ photo, signal, resolve, reject });
      this.#handOut();
    });
  }

  /** Ends all threads. Photos that are not embedded yet are rejected. */
  async dispose(): Promise<void> {
    this.#end ??= new SoutuError(
      'ModelError',
      `${this.spec.name}: used after dispose(); load it again.`,
    );
    this.#handOut();
    await Promise.all([...this.#team].map((thread) => thread.end()));
  }

  #handOut(): void {
    for (;;) {
      const thread = this.#threadWithRoom();
      if (!thread && !this.#end) return;
      const job = this.#queue.shift();
      if (!job) return;
      if (thread && !this.#end) this.#embedOn(thread, job);
      else job.reject(this.#end);
    }
  }

  #threadWithRoom(): EmbedThread | undefined {
    const [first] = [...this.#team].sort((a, b) => a.load - b.load);
    return first && first.load < PHOTOS_OF_A_THREAD ? first : undefined;
  }

  async #embedOn(thread: EmbedThread, job: Job): Promise<void> {
    try {
      job.signal?.throwIfAborted();
      const vector = await thread.embed(job.photo);
      job.signal?.throwIfAborted();
      job.resolve(vector);
    } catch (error) {
      // Another thread takes the photo.
      if (error instanceof LostThreadError) this.#queue.unshift(job);
      else job.reject(error);
    }
    this.#handOut();
  }

  #lose(thread: EmbedThread, error: LostThreadError, warn: PoolOptions['warn']): void {
    this.#team.delete(thread);
    // A thread whose message could not be read is still running and would keep the process alive.
    void thread.end();
    if (this.#end) return;
    const left = this.#team.size;
    if (left > 0) {
      warn(`A thread was lost (${error.message}); the work goes on with ${left}.`);
      return;
    }
    this.#end = new SoutuError(
      'WorkerError',
      `${this.spec.name}: the last thread was lost (${error.message}). Take fewer threads, as --threads 1.`,
      { cause: error },
    );
    this.#handOut();
  }
}

function inSharedMemory(bytes: Uint8Array): Uint8Array<SharedArrayBuffer> {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}

/** The number of photos that an embedder processes at once. */
export function photosAtOnce(embedder: Embedder): number {
  return embedder instanceof EmbedderPool || embedder instanceof LazyEmbedder
    ? embedder.photosAtOnce
    : 1;
}
