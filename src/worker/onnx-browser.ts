/**
 * Wires ONNX Runtime's WASM build into the embedder in a worker. Its two files are named by URL (with the
 * resolve condition `onnxruntime-web-use-extern-wasm`): inside a bundle its threads would start our own
 * chunk and hang.
 */

import mjsUrl from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import * as ort from 'onnxruntime-web/wasm';
import type { ModelSpec } from '../core/model/spec.ts';
import type { Embedder } from '../engine/embedder.ts';
import { createOnnxEmbedder } from '../engine/onnx/onnx-embedder.ts';

export function createBrowserEmbedder(
  spec: ModelSpec,
  files: readonly Uint8Array[],
): Promise<Embedder> {
  ort.env.wasm.wasmPaths = { mjs: mjsUrl, wasm: wasmUrl };
  // Threads share memory, which only isolated pages (COOP and COEP headers) may.
  ort.env.wasm.numThreads = self.crossOriginIsolated
    ? Math.min(4, navigator.hardwareConcurrency)
    : 1;
  return createOnnxEmbedder(ort, spec, files);
}
