/** A worker thread's entry point: runs one kernel, which embeds incoming photos one at a time. */
import { once } from 'node:events';
import { type MessagePort, parentPort } from 'node:worker_threads';
import { EngineError, messageOf, SoutuError } from '../../../core/errors.ts';
import { readWeights } from '../../../core/model/weights.ts';
import {
  createKernelEmbedder,
  type KernelEmbedder,
} from '../../../engine/kernel/kernel-embedder.ts';
import type { Fault, PhotoMessage, StartMessage, ThreadAnswer } from './embed-messages.ts';
import { nodeKernelOptions } from './kernel-node.ts';

const port = parentPort as MessagePort;
const answer = (message: ThreadAnswer, moved: ArrayBuffer[] = []) =>
  port.postMessage(message, moved);

try {
  const embedder = await open();
  port.on('message', async ({ id, ...photo }: PhotoMessage) => {
    try {
      const vector = await embedder.embed(photo);
      answer({ state: 'embedded', id, vector }, [vector.buffer]);
    } catch (error) {
      answer({ state: 'failed', id, fault: faultOf(error) });
    }
  });
  answer({ state: 'ready', engine: embedder.engine });
} catch (error) {
  answer({ state: 'unable', fault: faultOf(error) });
}

async function open(): Promise<KernelEmbedder> {
  const [{ spec, precision, weights }] = (await once(port, 'message')) as [StartMessage];
  return createKernelEmbedder(spec, readWeights(spec, weights), nodeKernelOptions(precision));
}

function faultOf(error: unknown): Fault {
  return {
    code: error instanceof SoutuError ? error.name : null,
    isEngine: error instanceof EngineError,
    error: error instanceof Error ? error : new Error(messageOf(error)),
  };
}
