/** Threads that share the kernel's memory, as Node's worker threads: the browser's are tested in test/e2e. */
import { Worker } from 'node:worker_threads';
import type { Threads } from '../../src/kernel/team.ts';

const urlOf = (path: string) => JSON.stringify(new URL(`../../${path}`, import.meta.url).href);

const MODULES = [
  ...['blocks', 'calls', 'plan', 'thread'].map((name) => `src/kernel/${name}.ts`),
  'src/core/vector/random.ts',
];

/**
 * @param then is given the thread's start, and what the kernel's modules export
 * Node 20 starts no worker from TypeScript: it has to register tsx first.
 */
const starting = (then: string) => `
  import(${JSON.stringify(import.meta.resolve('tsx/esm/api'))})
    .then(({ register }) => register())
    .then(() => Promise.all([${MODULES.map((path) => `import(${urlOf(path)})`).join()}]))
    .then((all) => {
      const { threadId, workerData } = require('node:worker_threads');
      return (${then})(workerData, Object.assign({ threadId }, ...all));
    });
`;

export const HELPS = starting('(start, { help }) => help(start)');

/** Takes one block and stops in the middle of it. */
export const STOPS = starting(`({ memory }, { Blocks }) => {
  const blocks = new Blocks(memory);
  blocks.join();
  blocks.takeNext(() => 1);
  setInterval(() => {}, 1000);
}`);

/** Needs 200 ms for each block and a little more, and does them all. */
export const IS_LATE =
  starting(`async ({ module, memory, steps, scratch }, { Blocks, blocksOf, computeBlock, seededRandom, threadId }) => {
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  const blocks = new Blocks(memory);
  const random = seededRandom(threadId);
  const clock = new Int32Array(new SharedArrayBuffer(4));
  blocks.join();
  for (;;) {
    const ticket = blocks.takeNext(blocksOf(steps));
    Atomics.wait(clock, 0, 0, 200 + 15 * random());
    computeBlock(exports, steps, ticket, scratch);
    blocks.finish();
  }
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
