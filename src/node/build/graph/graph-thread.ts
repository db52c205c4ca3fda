/**
 * Builds a graph in a thread of its own. hnswlib-wasm holds all vectors again and twice more while it writes its file,
 * and WebAssembly memory never shrinks; that of a thread is free when the thread ends.
 */
import { Worker } from 'node:worker_threads';
import type { HnswGraph } from '../../../core/bundle/hnsw-graph.ts';
import { messageOf, SoutuError } from '../../../core/errors.ts';
import { buildGraph, type GraphOptions } from './build-graph.ts';

export interface GraphTask {
  /** count × dimension; not copied if it is in shared memory */
  readonly vectors: Float32Array;
  readonly dimension: number;
  readonly options: GraphOptions;
}

export type GraphAnswer = { readonly graph: HnswGraph } | { readonly problem: string };

const WORKER = new URL(
  import.meta.url.endsWith('.ts') ? './graph-worker.mjs' : './graph-worker.js',
  import.meta.url,
);

/** With fewer rows, a thread takes more time to start than it saves memory. */
const ROWS_OF_A_THREAD = 20_000;

/** Builds the graph that `buildGraph` builds, in a thread of its own if there are many rows. */
export function buildGraphApart(
  vectors: Float32Array,
  dimension: number,
  options: GraphOptions = {},
): Promise<HnswGraph> {
  const isLarge = vectors.length / dimension >= ROWS_OF_A_THREAD;
  return (isLarge ? buildGraphInThread : buildGraph)(vectors, dimension, options);
}

/** @throws SoutuError `IndexError` if no graph can be built, or the thread ends */
export async function buildGraphInThread(
  vectors: Float32Array,
  dimension: number,
  options: GraphOptions = {},
): Promise<HnswGraph> {
  const task: GraphTask = { vectors, dimension, options };
  const worker = new Worker(WORKER, { workerData: task, execArgv: [] });
  try {
    return await new Promise((resolve, reject) => {
      const fail = (what: string) => reject(new SoutuError('IndexError', what));
      worker.once('message', (answer: GraphAnswer) =>
        'graph' in answer ? resolve(answer.graph) : fail(answer.problem),
      );
      worker.once('error', (error) =>
        fail(`The thread that builds the graph failed: ${messageOf(error)}`),
      );
      worker.once('exit', (code) =>
        fail(`The thread that builds the graph ended with exit code ${code}.`),
      );
    });
  } finally {
    await worker.terminate();
  }
}
