/**
 * Selects ONNX Runtime's WebGPU build (17 MB) from the page's files. Only wide models use it, and browsers load it
 * when idle.
 */
import type { ModelSpec } from '../../core/model/spec.ts';
import { isWide } from '../../core/model/wide.ts';

const WEBGPU = /(^|\/)(onnx-webgpu|ort-wasm-simd-threaded\.jspi)[-.][\w.-]+$/;

export function isWebGpuFile(name: string): boolean {
  return WEBGPU.test(name);
}

/** @returns the page's files, except those that this model never uses */
export function filesFor(
  spec: ModelSpec,
  files: ReadonlyMap<string, Uint8Array>,
): Map<string, Uint8Array> {
  return new Map([...files].filter(([name]) => isWide(spec) || !isWebGpuFile(name)));
}
