/** Wires ONNX Runtime's WASM build into the embedder in Node. */
import { availableParallelism } from 'node:os';
import type { ModelSpec } from '../../src/core/model/spec.ts';
import type { Embedder } from '../../src/engine/embedder.ts';
import { createOnnxEmbedder } from '../../src/engine/onnx/onnx-embedder.ts';

/**
 * @param files the model's weight files, in the order of `spec.weights.files`
 * @param threads default as many as there are cores, at most 4; counts when the first model is opened
 */
export async function createNodeEmbedder(
  spec: ModelSpec,
  files: readonly Uint8Array[],
  threads: number = Math.min(4, availableParallelism()),
): Promise<Embedder> {
  // Imported when needed: 14 MB of WebAssembly that `--help` can do without.
  const ort = await import('onnxruntime-web');
  ort.env.wasm.numThreads = threads;
  return createOnnxEmbedder(ort, spec, files);
}
