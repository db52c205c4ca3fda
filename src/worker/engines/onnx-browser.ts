/**
 * Connects ONNX Runtime's WASM build to the embedder in a worker. Its two files are loaded by URL (with the resolve
 * condition `onnxruntime-web-use-extern-wasm`), because inside a bundle its threads would start our own chunk and
 * hang. The large file is passed in from our own cache, because HTTP caches evict files of 14 MB early.
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
  // Threads need shared memory, which requires a cross-origin isolated page (COOP and COEP headers).
  ort.env.wasm.numThreads = self.crossOriginIsolated
    ? Math.min(4, navigator.hardwareConcurrency)
    : 1;
  return createOnnxEmbedder(ort, spec, files);
}
