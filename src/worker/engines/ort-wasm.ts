/** ONNX Runtime's WebAssembly files. Their size and hash are known. */
import webgpuUrl from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.wasm?url';
import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import type { FileRef } from '../../core/file-ref.ts';

/** Sizes and hashes, inserted when the page is built (vite.config.ts). */
declare const __ORT_WASM__: Record<'wasm' | 'webgpu', Pick<FileRef, 'bytes' | 'sha256'>>;

const fileOf = (file: string, url: string, build: 'wasm' | 'webgpu') => ({
  url: new URL(url, import.meta.url).href,
  ref: { file, ...__ORT_WASM__[build] } satisfies FileRef,
});

export const ORT_WASM = {
  wasm: fileOf('ort-wasm-simd-threaded.wasm', wasmUrl, 'wasm'),
  webgpu: fileOf('ort-wasm-simd-threaded.jspi.wasm', webgpuUrl, 'webgpu'),
};
