/** ONNX Runtime's WebAssembly, a file of the page like any other, and of known content. */
import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import type { FileRef } from '../core/model/spec.ts';

/** Bytes and hash, put in when the page is built (vite.config.ts). */
declare const __ORT_WASM__: Pick<FileRef, 'bytes' | 'sha256'>;

export const ORT_WASM: FileRef = { file: 'ort-wasm-simd-threaded.wasm', ...__ORT_WASM__ };
export const ORT_WASM_URL = new URL(wasmUrl, import.meta.url).href;
