/**
 * Embeds on several threads, one photo each: every thread has a kernel of its own, so that none waits for
 * another. The same pixels give the same bits on each, so it does not matter which of them takes a photo.
 *
 *     embed(photo) ─▶ the thread that has the least to do: preprocess ─▶ kernel ─▶ vector
 */
import type { CancelSignal } from '../../../core/contract.ts';
import { EngineError, messageOf, SoutuError } from '../../../core/errors.ts';
import type { RgbaImage } from '../../../core/image/pixels.ts';
import type { VggSpec } from '../../../core/model/spec.ts';
import type { Embedder } from '../../../engine/embedder.ts';
import type { Precision } from '../../../kernel/binary.ts';
import { EmbedThread, LostThreadError } from './embed-thread.ts';

export interface PoolOptions {
  readonly threads: number;
  readonly precision: Precision;
  /** Told of threads that are lost. */
  readonly warn: (line: string) => void;
  /** What runs in a thread; default embed-worker. */
  readonly script?: URL;
}

interface Job {
  readonly photo: RgbaImage;
  readonly signal: CancelSignal | undefined;
  readonly resolve: (vector: Float32Array<ArrayBuffer>) => void;
  readonly reject: (reason: unknown) => void;
}

/** While a thread embeds one photo the next one comes in. */
const PHOTOS_OF_A_THREAD = 2;

export class EmbedderPool implements Embedder {
  readonly engine: string;
  readonly spec: VggSpec;
  readonly #team: Set<EmbedThread>;
  readonly #queue: Job[] = [];
  /** Why nothing is embedded any more. */
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
   * @throws SoutuError what is the model's fault; EngineError where not one thread can embed
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
      const told = `${spec.name}: threads cannot be started (${reason.message}).`;
      throw new EngineError(told, { cause: reason });
    }
    if (reason) {
      const some = `${reasons.length} of ${threads} threads could not start`;
      warn(`${some} (${messageOf(reason)}), so this takes longer.`);
    }
    return new EmbedderPool(first.engine, spec, team, warn);
  }

  /** One for each thread that is still running. */
  get photosAtOnce(): number {
    return this.#team.size;
  }

  /**
   * Embeds as many photos at once as there are threads; more of them wait.
   * @throws SoutuError `WorkerError` where no thread is left
   */
  embed(photo: RgbaImage, signal?: CancelSignal): Promise<Float32Array<ArrayBuffer>> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ photo, signal, resolve, reject });
      this.#handOut();
    });
  }

  /** Photos that are not embedded yet are given up. */
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
    // One whose message could not be read still lives, and would keep the process from its end.
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

/** How many photos an embedder works on at once. */
export function photosAtOnce(embedder: Embedder): number {
  return embedder instanceof EmbedderPool ? embedder.photosAtOnce : 1;
}
