/**
 * Selects the engines of a site from the page's files. The kernel runs every convolution stack wherever ONNX Runtime
 * would run, because both need WebAssembly SIMD; so ONNX Runtime is left out unless the model or the owner needs it.
 *
 *     model                               ONNX Runtime (14 MB)     its WebGPU build (17 MB)
 *     convolution stack                   if the owner asks        –
 *     … with more than 10 MB of weights   if the owner asks        yes, tried in idle time
 *     perceptual hash                     if the owner asks        –
 *     ONNX encoder                        yes                      if it has more than 10 MB of weights
 */
import type { ModelSpec } from '../../../core/model/spec.ts';
import { isWide } from '../../../core/model/wide.ts';

const WEBGPU = /(^|\/)(onnx-webgpu|ort-wasm-simd-threaded\.jspi)[-.][\w.-]+$/;
const WASM = /(^|\/)(onnx-browser|ort-wasm-simd-threaded)-[\w.-]+$/;
/** Code that both builds share. */
const SHARED = /(^|\/)onnx-embedder-[\w.-]+$/;

export function isWebGpuFile(name: string): boolean {
  return WEBGPU.test(name);
}

/**
 * @param onnxruntime whether the owner asks for ONNX Runtime
 * @returns the page's files, except those that this site never uses
 */
export function filesFor(
  spec: ModelSpec,
  files: ReadonlyMap<string, Uint8Array>,
  onnxruntime = false,
): Map<string, Uint8Array> {
  const webgpu = isWide(spec);
  const wasm = onnxruntime || spec.family === 'onnx';
  const isUsed = (name: string): boolean => {
    if (WEBGPU.test(name)) return webgpu;
    if (WASM.test(name)) return wasm;
    return !SHARED.test(name) || webgpu || wasm;
  };
  return new Map([...files].filter(([name]) => isUsed(name)));
}
