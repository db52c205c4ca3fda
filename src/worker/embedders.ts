/** What runs models in a worker, the best first, and which files that needs. */
import type { AssetCache } from '../cache/asset-cache.ts';
import { messageOf, SoutuError } from '../core/errors.ts';
import type { FileRef, ModelSpec } from '../core/model/spec.ts';
import { readWeights } from '../core/model/weights.ts';
import { createKernelEmbedder } from '../engine/kernel/kernel-embedder.ts';
import type { EmbedderMaker } from '../engine/open-embedder.ts';
import { bestPrecision, type Precision } from '../kernel/binary.ts';
import { KERNEL_WASM } from './kernel-wasm.ts';
import { ORT_WASM, ORT_WASM_URL } from './ort-wasm.ts';

/** Of all that may come to run a model. */
export const ALL_ENGINE_FILES: readonly FileRef[] = [
  KERNEL_WASM.deterministic.ref,
  KERNEL_WASM.fast.ref,
  ORT_WASM,
];

/** Files of the engine that is tried first. */
export function engineFiles(spec: ModelSpec): FileRef[] {
  const precision = kernelPrecision(spec);
  return [precision ? KERNEL_WASM[precision].ref : ORT_WASM];
}

/** null where ONNX Runtime alone runs the model here */
function kernelPrecision({ family }: ModelSpec): Precision | null {
  return family === 'vgg-stack' ? bestPrecision() : null;
}

/** @param onFile told of an engine's file before it is asked for */
export function browserEmbedders(
  spec: ModelSpec,
  cache: AssetCache,
  onFile: (ref: FileRef) => void,
): readonly EmbedderMaker[] {
  const onnx: EmbedderMaker = async (weights) => {
    onFile(ORT_WASM);
    const { createBrowserEmbedder } = await loadOnnx();
    return createBrowserEmbedder(spec, await weights(), cache);
  };
  if (spec.family !== 'vgg-stack') return [onnx];
  const kernel: EmbedderMaker = async (weights) =>
    createKernelEmbedder(spec, readWeights(spec, await weights()), {
      precision: 'fast',
      read: (precision) => cache.read(KERNEL_WASM[precision].url, KERNEL_WASM[precision].ref),
      pause: nextMacrotask,
    });
  return [kernel, onnx];
}

/** Begins to load the scripts and binaries of the engine that is tried first. */
export function prefetchEngine(spec: ModelSpec, cache: AssetCache): Promise<unknown>[] {
  const precision = kernelPrecision(spec);
  if (!precision) return [loadOnnx(), cache.read(ORT_WASM_URL, ORT_WASM)];
  return [cache.read(KERNEL_WASM[precision].url, KERNEL_WASM[precision].ref)];
}

/** @throws SoutuError `WorkerError`: browsers remember a script that failed, so another worker has to try */
async function loadOnnx(): Promise<typeof import('./onnx-browser.ts')> {
  try {
    return await import('./onnx-browser.ts');
  } catch (error) {
    throw new SoutuError(
      'WorkerError',
      `A script of the search cannot be loaded (${messageOf(error)}). Check the connection and try again.`,
      { cause: error },
    );
  }
}

/** Sooner than a timer, which browsers hold back by 4 ms. */
function nextMacrotask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
