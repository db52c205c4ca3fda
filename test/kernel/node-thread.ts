/** Threads that share the kernel's memory, as Node's worker threads: the browser's are tested in test/e2e. */
import { Worker } from 'node:worker_threads';
import type { Threads } from '../../src/kernel/team.ts';

const urlOf = (path: string) => JSON.stringify(new URL(`../../${path}`, import.meta.url).href);

/**
 * @param then is given what the kernel's modules export and the thread's start
 * Node 20 starts no worker from TypeScript: it has to register tsx first.
 */
const starting = (then: string) => `
  import(${JSON.stringify(import.meta.resolve('tsx/esm/api'))})
    .then(({ register }) => register())
    .then(() => Promise.all([import(${urlOf('src/kernel/thread.ts')}), import(${urlOf('src/kernel/blocks.ts')})]))
    .then(([{ help }, { Blocks }]) => (${then})(require('node:worker_threads').workerData, { help, Blocks }));
`;

export const HELPS = starting('(start, { help }) => help(start)');

/** Takes one block and stops in the middle of it. */
export const STOPS = starting(`({ memory }, { Blocks }) => {
  const blocks = new Blocks(memory);
  blocks.join();
  blocks.takeNext(() => 1);
  setInterval(() => {}, 1000);
}`);

export const NEVER_COMES = 'setInterval(() => {}, 1000)';

export function nodeThreads(count: number, code = HELPS) {
  const workers: Worker[] = [];
  const threads: Threads = {
    count,
    start(workerData) {
      const worker = new Worker(code, { eval: true, workerData });
      workers.push(worker);
      return worker;
    },
  };
  return { ...threads, workers };
}
