/** A worker thread's entry point: does one task at a time. */
import { type MessagePort, parentPort } from 'node:worker_threads';
import type { TaskAnswer, TaskCall } from './task-threads.ts';
import { type Encoded, openTasks } from './tasks.ts';

const port = parentPort as MessagePort;
const opened = openTasks();

port.on('message', async ({ name, args }: TaskCall) => {
  let answer: TaskAnswer;
  try {
    const run = (await opened)[name] as (...args: unknown[]) => unknown;
    answer = { result: run(...(args as unknown[])) };
  } catch (error) {
    answer = { error };
  }
  // Codes are moved, not copied, because this thread no longer needs them.
  const codes = (answer as { result?: Partial<Encoded> }).result?.codes;
  port.postMessage(answer, codes ? [codes.buffer] : []);
});
