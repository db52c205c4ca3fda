/** The product's thread behind one that is mortal. Of two threads that start together one has an even id. */
import { parentPort, threadId, Worker } from 'node:worker_threads';

const PRODUCT = new URL('../../../../src/node/model/embedder/embed-worker.mjs', import.meta.url);
const isEven = threadId % 2 === 0;

const inner = new Worker(PRODUCT, { execArgv: [] });
inner.on('message', (answer) => parentPort.postMessage(answer));
parentPort.on('message', (message) => {
  if (message.spec?.name === 'half' && isEven) throw new Error('not this one');
  if (message.width === 13 && isEven) process.exit(7);
  if (message.width === 14) throw new Error('too much for me');
  if (message.width === 15) for (const hoard = []; ; ) hoard.push(new Array(10_000).fill(hoard));
  inner.postMessage(message);
});
