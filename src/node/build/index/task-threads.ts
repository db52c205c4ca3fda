/** Runs tasks on all cores. Their results come in the order of the calls, whatever thread did them. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { openTasks, type Tasks } from './tasks.ts';

export interface TaskThreads {
  /** @param inputs arguments of each call; made when a thread is free, so that few are in memory */
  map<Name extends keyof Tasks>(
    name: Name,
    count: number,
    inputs: (i: number) => Parameters<Tasks[Name]>,
    visit: (result: ReturnType<Tasks[Name]>, i: number) => void,
  ): Promise<void>;
  close(): Promise<void>;
}

export interface TaskCall {
  readonly name: keyof Tasks;
  readonly args: readonly unknown[];
}

export type TaskAnswer = { readonly result: unknown } | { readonly error: unknown };

const WORKER = new URL(
  import.meta.url.endsWith('.ts') ? './task-worker.mjs' : './task-worker.js',
  import.meta.url,
);

/** A thread takes 0.3 s to start: with less work than this, this thread does all. */
const ROWS_OF_A_THREAD = 4000;

/** @param rows of the catalogue */
export async function openTaskThreads(
  rows: number,
  threads = Math.min(availableParallelism(), Math.floor(rows / ROWS_OF_A_THREAD)),
): Promise<TaskThreads> {
  if (threads < 2) return inThisThread();
  const workers = Array.from({ length: threads }, () => new Worker(WORKER, { execArgv: [] }));
  // Without a listener, a worker that fails between two tasks would end this process. The next task then rejects.
  for (const worker of workers) worker.on('error', () => undefined);
  return {
    async map(name, count, inputs, visit) {
      const done: (ReturnType<Tasks[typeof name]> | undefined)[] = [];
      let next = 0;
      let visited = 0;
      await Promise.all(
        workers.map(async (worker) => {
          while (next < count) {
            const i = next++;
            done[i] = (await call(worker, { name, args: inputs(i) })) as ReturnType<
              Tasks[typeof name]
            >;
            for (; done[visited] !== undefined; visited++) {
              visit(done[visited] as ReturnType<Tasks[typeof name]>, visited);
              done[visited] = undefined;
            }
          }
        }),
      );
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

function call(worker: Worker, message: TaskCall): Promise<unknown> {
  return new Promise((resolve, reject) => {
    if (worker.threadId < 0) {
      reject(new Error('A thread that makes the index has ended between two tasks.'));
      return;
    }
    const settle = (work: () => void) => {
      worker.off('message', onMessage);
      worker.off('error', onError);
      worker.off('exit', onExit);
      work();
    };
    const onMessage = (answer: TaskAnswer) =>
      settle(() => ('error' in answer ? reject(answer.error) : resolve(answer.result)));
    const onError = (error: unknown) => settle(() => reject(error));
    const onExit = (code: number) =>
      settle(() =>
        reject(new Error(`A thread that makes the index ended with exit code ${code}.`)),
      );
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.on('exit', onExit);
    worker.postMessage(message);
  });
}

async function inThisThread(): Promise<TaskThreads> {
  const tasks = await openTasks();
  return {
    async map(name, count, inputs, visit) {
      const run = tasks[name] as (...args: unknown[]) => unknown;
      for (let i = 0; i < count; i++) {
        visit(run(...inputs(i)) as ReturnType<Tasks[typeof name]>, i);
        // Lets signals and timers of the build through.
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    close: async () => undefined,
  };
}
