/** Two worker threads, one picture each. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Precision } from '../../../src/kernel/binary.ts';

/** Node 20 starts no worker from TypeScript: it has to register tsx first. */
const START = `
  import(${JSON.stringify(import.meta.resolve('tsx/esm/api'))})
    .then(({ register }) => register())
    .then(() => import(${JSON.stringify(new URL('./node-worker.ts', import.meta.url).href)}));
`;

export class NodeTeam {
  readonly #workers: readonly Worker[];

  private constructor(workers: readonly Worker[]) {
    this.#workers = workers;
  }

  static async start(precision: Precision, threads: number): Promise<NodeTeam> {
    const options = { eval: true, workerData: precision };
    const workers = Array.from({ length: threads }, () => new Worker(START, options));
    await Promise.all(workers.map((worker) => once(worker, 'message')));
    return new NodeTeam(workers);
  }

  /** So many pictures on each thread at once. */
  async embed(each: number): Promise<void> {
    await Promise.all(
      this.#workers.map((worker) => {
        const done = once(worker, 'message');
        worker.postMessage(each);
        return done;
      }),
    );
  }

  async end(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}
