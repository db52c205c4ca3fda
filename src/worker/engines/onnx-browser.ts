/**
 * Wires ONNX Runtime's WASM build into the embedder in a worker. Its two files are named by URL (with the
 * resolve condition `onnxruntime-web-use-extern-wasm`): inside a bundle its threads would start our own
 * chunk and hang. The large one is handed in: it comes through our own door and stays on the device, for
 * browsers' own caches drop files of 14 MB early.
 */

import mjsUrl from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import * as ort from 'onnxruntime-web/wasm';
import type { ModelSpec } from '../../core/model/spec.ts';
import type { Embedder } from '../../engine/embedder.ts';
import { createOnnxEmbedder } from '../../engine/onnx/onnx-embedder.ts';

export async function createBrowserEmbedder(
  spec: ModelSpec,
  files: readonly Uint8Array[],
  binary: Uint8Array,
): Promise<Embedder> {
  ort.env.wasm.wasmPaths = { mjs: new URL(mjsUrl, import.meta.url).href };
  ort.env.wasm.wasmBinary = binary as Uint8Array<ArrayBuffer>;
  // Threads share memory, which only isolated pages (COOP and COEP headers) may.
  ort.env.wasm.numThreads = self.crossOriginIsolated
    ? Math.min(4, navigator.hardwareConcurrency)
    : 1;
  return createOnnxEmbedder(ort, spec, files);
}
