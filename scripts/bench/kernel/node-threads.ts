/** VGG16 on several Node threads: one photo per thread, as in `soutu build`, or all threads on one photo. */
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { readWeights } from '../../../src/core/model/weights.ts';
import type { Embedder } from '../../../src/engine/embedder.ts';
import { createKernelEmbedder } from '../../../src/engine/kernel/kernel-embedder.ts';
import type { Precision } from '../../../src/kernel/binary.ts';
import type { Threads } from '../../../src/kernel/team.ts';
import { EmbedderPool } from '../../../src/node/model/embedder/embedder-pool.ts';
import { nodeKernelOptions } from '../../../src/node/model/embedder/kernel-node.ts';
import type { MeasuredModel } from './models.ts';
import { seededPicture } from './page/pictures.ts';

export function photoEach(
  { spec, weights }: MeasuredModel,
  precision: Precision,
  threads: number,
): Promise<EmbedderPool> {
  const warn = (line: string) => {
    throw new Error(line);
  };
  return EmbedderPool.start(spec, weights, { threads, precision, warn });
}

/** All threads work on one photo in one shared memory. */
export async function sharedMemory(
  { spec, weights }: MeasuredModel,
  precision: Precision,
  count: number,
): Promise<Embedder> {
  const start: Threads['start'] = (message) => {
    const worker = new Worker(new URL('./node-helper.mjs', import.meta.url), { execArgv: [] });
    worker.postMessage(message);
    return worker;
  };
  const embedder = await createKernelEmbedder(spec, readWeights(spec, weights), {
    ...nodeKernelOptions(precision),
    threads: { count, start },
  });
  while (embedder.threadsPerPhoto !== count) await setImmediate();
  return embedder;
}

/** Submits one picture per thread at once. */
export function embedAtOnce(embedder: Embedder, threads: number): () => Promise<unknown> {
  const picture = seededPicture(224, 224, 1);
  return () => Promise.all(Array.from({ length: threads }, () => embedder.embed(picture)));
}
