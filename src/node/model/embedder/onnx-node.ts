/** Wires ONNX Runtime's WASM build into the embedder in Node. */
import { availableParallelism } from 'node:os';
import type { ModelSpec } from '../../../core/model/spec.ts';
import type { Embedder } from '../../../engine/embedder.ts';
import { createOnnxEmbedder } from '../../../engine/onnx/onnx-embedder.ts';

const DEFAULT_THREADS = 4;

/**
 * @param files the model's weight files, in the order of `spec.weights.files`
 * @param threads number of ONNX Runtime threads, which share each photo; at most the number of cores, default at
 * most 4. Only the first opened model sets it.
 */
export async function createNodeEmbedder(
  spec: ModelSpec,
  files: readonly Uint8Array[],
  threads = DEFAULT_THREADS,
): Promise<Embedder> {
  // Imported lazily: 14 MB of WebAssembly that `--help` does not need.
  const ort = await import('onnxruntime-web');
  // More threads than cores would only wait for each other, and each takes memory.
  ort.env.wasm.numThreads = Math.min(threads, availableParallelism());
  return createOnnxEmbedder(ort, spec, files);
}
