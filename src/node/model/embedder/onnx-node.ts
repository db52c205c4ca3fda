/** Wires ONNX Runtime's WASM build into the embedder in Node. */
import { availableParallelism } from 'node:os';
import type { ModelSpec } from '../../../core/model/spec.ts';
import type { Embedder } from '../../../engine/embedder.ts';
import { createOnnxEmbedder } from '../../../engine/onnx/onnx-embedder.ts';

const DEFAULT_THREADS = 4;

/**
 * @param files the model's weight files, in the order of `spec.weights.files`
 * @param threads of ONNX Runtime, which share each photo: no more than there are cores, default at most 4; counts
 * when the first model is opened
 */
export async function createNodeEmbedder(
  spec: ModelSpec,
  files: readonly Uint8Array[],
  threads = DEFAULT_THREADS,
): Promise<Embedder> {
  // Imported when needed: 14 MB of WebAssembly that `--help` can do without.
  const ort = await import('onnxruntime-web');
  // More would only wait for each other, each with memory of its own.
  ort.env.wasm.numThreads = Math.min(threads, availableParallelism());
  return createOnnxEmbedder(ort, spec, files);
}
