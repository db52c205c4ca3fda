/** The pool's side of one thread. */
import { Worker } from 'node:worker_threads';
import { EngineError, messageOf, SoutuError } from '../../../core/errors.ts';
import type { RgbaImage } from '../../../core/image/pixels.ts';
import type { Fault, PhotoMessage, StartMessage, ThreadAnswer } from './embed-messages.ts';

/** Next to this file, both in the source and in the package. */
const WORKER = new URL(
  import.meta.url.endsWith('.ts') ? './embed-worker.mjs' : './embed-worker.js',
  import.meta.url,
);

/** The thread could not start, or ended before it answered. Another thread can take over its photos. */
export class LostThreadError extends SoutuError {
  constructor(cause: unknown) {
    super('WorkerError', messageOf(cause), { cause });
  }
}

interface Job {
  readonly resolve: (vector: Float32Array<ArrayBuffer>) => void;
  readonly reject: (reason: unknown) => void;
}

export class EmbedThread {
  /** Resolves when the thread ends for any reason, before the promises of its photos reject. */
  readonly lost: Promise<LostThreadError>;
  readonly #worker: Worker;
  readonly #jobs = new Map<number, Job>();
  #nextId = 0;
  #engine = '';

  /**
   * @throws SoutuError `ModelError` for a bad model; EngineError if the kernel does not run on this machine;
   * LostThreadError if the thread could not start
   */
  static async start(message: StartMessage, script: URL = WORKER): Promise<EmbedThread> {
    let worker: Worker;
    try {
      worker = new Worker(script, { execArgv: [] });
    } catch (error) {
      throw new LostThreadError(error);
    }
    const thread = new EmbedThread(worker);
    try {
      await thread.#open(message);
      return thread;
    } catch (error) {
      await thread.end();
      throw error;
    }
  }

  private constructor(worker: Worker) {
    this.#worker = worker;
    this.lost = new Promise((resolve) => {
      const lose = (cause: unknown) => {
        const error = new LostThreadError(cause);
        resolve(error);
        for (const job of this.#jobs.values()) job.reject(error);
        this.#jobs.clear();
      };
      worker.on('error', lose);
      worker.on('messageerror', lose);
      worker.on('exit', (code) => lose(`it ended with exit code ${code}`));
    });
  }

  get engine(): string {
    return this.#engine;
  }

  /** Number of photos sent but not answered. */
  get load(): number {
    return this.#jobs.size;
  }

  /** @throws LostThreadError if the thread ends first; otherwise rethrows the embedder's error */
  embed({ width, height, data }: RgbaImage): Promise<Float32Array<ArrayBuffer>> {
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      this.#jobs.set(id, { resolve, reject });
      // Transfers a copy: the caller needs the pixels for another thread if this one is lost.
      const photo: PhotoMessage = { id, width, height, data: new Uint8Array(data) };
      this.#worker.postMessage(photo, [photo.data.buffer]);
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #open(message: StartMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      this.lost.then(reject);
      this.#worker.on('message', (answer: ThreadAnswer) => {
        if (answer.state === 'unable') reject(errorOf(answer.fault));
        else if (answer.state === 'ready') {
          this.#engine = answer.engine;
          resolve();
        } else this.#settle(answer);
      });
      this.#worker.postMessage(message);
    });
  }

  #settle(answer: Extract<ThreadAnswer, { id: number }>): void {
    const job = this.#jobs.get(answer.id);
    this.#jobs.delete(answer.id);
    if (answer.state === 'embedded') job?.resolve(answer.vector);
    else job?.reject(errorOf(answer.fault));
  }
}

function errorOf({ code, isEngine, error }: Fault): Error {
  if (isEngine) return new EngineError(error.message, { cause: error });
  return code ? new SoutuError(code, error.message, { cause: error }) : error;
}
