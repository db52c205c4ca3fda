/**
 * Wires ONNX Runtime's WebGPU build into the embedder in a worker. Of its builds it is the one for JavaScript
 * promise integration (JSPI): 17 MB where the one without is 27 MB, more than some hosts take in one file.
 */
import * as ort from 'onnxruntime-web/jspi';
import mjsUrl from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.mjs?url';
import type { ModelSpec } from '../../core/model/spec.ts';
import type { Embedder } from '../../engine/embedder.ts';
import { createOnnxEmbedder } from '../../engine/onnx/onnx-embedder.ts';
import { openDevice } from './gpu.ts';

/** @param binary ONNX Runtime's WebAssembly */
export async function createWebGpuEmbedder(
  spec: ModelSpec,
  files: readonly Uint8Array[],
  binary: Uint8Array,
  adapter: GPUAdapter,
): Promise<Embedder> {
  // That some steps of a graph run beside the GPU is no visitor's business.
  ort.env.logLevel = 'error';
  ort.env.wasm.wasmPaths = { mjs: new URL(mjsUrl, import.meta.url).href };
  // A copy, because a store in memory may hand out its own.
  const copy = binary.slice();
  ort.env.wasm.wasmBinary = copy;
  // Threads would help what runs beside the GPU only, and start workers.
  ort.env.wasm.numThreads = 1;
  try {
    return await createOnnxEmbedder(ort, spec, files, await openDevice(adapter));
  } finally {
    // Compiled once for the worker's life, but ONNX Runtime's script never lets go of its 17 MB.
    structuredClone(copy.buffer, { transfer: [copy.buffer] });
  }
}
