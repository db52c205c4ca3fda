/** A worker thread's entry point: builds one graph. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../../core/errors.ts';
import { buildGraph } from './build-graph.ts';
import type { GraphAnswer, GraphTask } from './graph-thread.ts';

const port = parentPort as MessagePort;
const { vectors, dimension, options } = workerData as GraphTask;
const answer: GraphAnswer = await buildGraph(vectors, dimension, options).then(
  (graph) => ({ graph }),
  (error: unknown) => ({ problem: messageOf(error) }),
);
port.postMessage(answer);
