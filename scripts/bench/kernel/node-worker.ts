/** One thread of the Node rows: a kernel of its own, asked for so many pictures at a time. */
import { parentPort, workerData } from 'node:worker_threads';
import { readWeights } from '../../../src/core/model/weights.ts';
import { createKernelEmbedder } from '../../../src/engine/kernel/kernel-embedder.ts';
import type { Precision } from '../../../src/kernel/binary.ts';
import { nodeKernelOptions } from '../../runtime/kernel-node.ts';
import { seededVgg16 } from './models.ts';
import { seededPicture } from './page/pictures.ts';

const precision = workerData as Precision;
const { spec, weights } = seededVgg16();
const embedder = await createKernelEmbedder(
  spec,
  readWeights(spec, weights),
  nodeKernelOptions(precision),
);
const picture = seededPicture(224, 224, 1);
parentPort?.on('message', async (count: number) => {
  for (let i = 0; i < count; i++) await embedder.embed(picture);
  parentPort?.postMessage('done');
});
parentPort?.postMessage('ready');
