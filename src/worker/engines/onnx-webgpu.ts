/**
 * Connects ONNX Runtime's WebGPU build to the embedder in a worker. It is the build for JavaScript Promise Integration
 * (JSPI), which has 17 MB. The build without JSPI has 27 MB, more than the file size limit of some hosts.
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
  // Suppress the warning that some steps of the graph run on the CPU.
  ort.env.logLevel = 'error';
  ort.env.wasm.wasmPaths = { mjs: new URL(mjsUrl, import.meta.url).href };
  // Copied, because an in-memory store may return its own buffer.
  const copy = binary.slice();
  ort.env.wasm.wasmBinary = copy;
  // Threads would speed up only the steps that run on the CPU, and would start workers.
  ort.env.wasm.numThreads = 1;
  try {
    return await createOnnxEmbedder(ort, spec, files, await openDevice(adapter));
  } finally {
    // Compiled once in the worker's lifetime, but ONNX Runtime's script never releases its 17 MB.
    structuredClone(copy.buffer, { transfer: [copy.buffer] });
  }
}
