/** A thread that shares a kernel's memory, in Node, which starts none from TypeScript. */
import { parentPort } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
const { help } = await import('../../../src/kernel/thread.ts');
parentPort.once('message', help);
