/** The engines that can run models in a worker, and their files. */
import type { AssetCache } from '../../cache/asset-cache.ts';
import {
  EngineUnreachableError,
  MissingFileError,
  messageOf,
  SoutuError,
} from '../../core/errors.ts';
import type { FileRef } from '../../core/file-ref.ts';
import { smallCopy } from '../../core/image/small-copy.ts';
import { loadScript } from '../../core/load-script.ts';
import { joinFiles } from '../../core/model/join-files.ts';
import { readPackedFiles } from '../../core/model/packed-weights.ts';
import type { ModelSpec, VggSpec } from '../../core/model/spec.ts';
import { createKernelEmbedder } from '../../engine/kernel/kernel-embedder.ts';
import type { EmbedderMaker } from '../../engine/open-embedder.ts';
import { bestPrecision } from '../../kernel/binary.ts';
import type { Gpu } from './gpu.ts';
import { kernelThreads } from './kernel-threads.ts';
import { KERNEL_WASM } from './kernel-wasm.ts';
import { nextMacrotask } from './next-macrotask.ts';
import { ORT_WASM } from './ort-wasm.ts';

/** The binaries of all engines that may run a model. */
export const ALL_ENGINE_FILES: readonly FileRef[] = [
  KERNEL_WASM.deterministic.ref,
  KERNEL_WASM.fast.ref,
  ORT_WASM.wasm.ref,
  ORT_WASM.webgpu.ref,
];

/** An engine that can run a model in a worker. */
export interface BrowserEngine {
  readonly make: EmbedderMaker;
  /** The engine's binary; null if it cannot run on this device (`make` throws the reason). */
  readonly file: FileRef | null;
  /** Starts to load its scripts and binary. */
  prefetch(): Promise<unknown>[];
}

/** The perceptual hash has no binary. */
export function hashEngine(spec: ModelSpec): BrowserEngine {
  const load = () => loadScript(import('../../engine/hash-embedder.ts'));
  return {
    make: async () => (await load()).createHashEmbedder(spec, smallCopy),
    file: null,
    prefetch: () => [load()],
  };
}

export interface BrowserEngines {
  /** Null if the kernel does not support the model. */
  readonly kernel: BrowserEngine | null;
  readonly onnx: BrowserEngine;
  readonly webgpu: (gpu: Gpu) => BrowserEngine;
}

/** @param onFile called with an engine's file before the file is loaded */
export function browserEngines(
  spec: ModelSpec,
  cache: AssetCache,
  onFile: (ref: FileRef) => void,
): BrowserEngines {
  return {
    kernel: kernelEngine(spec, cache),
    onnx: {
      async make(weights) {
        onFile(ORT_WASM.wasm.ref);
        const [{ createBrowserEmbedder }, binary] = await loadOnnx(cache);
        return createBrowserEmbedder(spec, await weights(), binary);
      },
      file: ORT_WASM.wasm.ref,
      prefetch: () => [loadOnnx(cache)],
    },
    webgpu: ({ adapter }) => ({
      async make(weights) {
        onFile(ORT_WASM.webgpu.ref);
        const [{ createWebGpuEmbedder }, binary] = await loadWebGpu(cache);
        return createWebGpuEmbedder(spec, await weights(), binary, await adapter());
      },
      file: ORT_WASM.webgpu.ref,
      prefetch: () => [loadWebGpu(cache)],
    }),
  };
}

function kernelEngine(spec: ModelSpec, cache: AssetCache): BrowserEngine | null {
  if (spec.family !== 'vgg-stack') return null;
  const best = bestPrecision();
  const binary = best && KERNEL_WASM[best];
  return {
    async make(weights) {
      const threads = kernelThreads(spec);
      const [read, files] = await Promise.all([loadReader(spec), weights()]);
      return createKernelEmbedder(spec, read(spec, files), {
        precision: 'fast',
        read: (precision) => engineFile(cache, KERNEL_WASM[precision]),
        pause: nextMacrotask,
        ...(threads ? { threads } : {}),
      });
    },
    file: binary?.ref ?? null,
    prefetch: () => (binary ? [cache.read(binary.url, binary.ref), loadReader(spec)] : []),
  };
}

/** The shipped model is packed. Readers of other forms are loaded with the models that need them. */
async function loadReader({ weights }: VggSpec): Promise<typeof readPackedFiles> {
  if (weights.dtype === 'packed') return readPackedFiles;
  const { readSafetensors } = await loadScript(import('../../core/model/safetensors.ts'));
  return (spec, files) => joinFiles(spec, files, readSafetensors);
}

/** @throws EngineUnreachableError if the file is missing from the site or differs; other engines may still run */
async function engineFile(
  cache: AssetCache,
  { url, ref }: { readonly url: string; readonly ref: FileRef },
): Promise<Uint8Array> {
  try {
    return await cache.read(url, ref);
  } catch (error) {
    if (!(error instanceof SoutuError && error.name === 'BundleError')) throw error;
    const isMissing = error instanceof MissingFileError;
    const words = `${url}: the server does not have this file of the page. Upload the whole site again.`;
    throw new EngineUnreachableError(isMissing ? words : error.message, { cause: error });
  }
}

/** @throws EngineUnreachableError if a file is missing or the device is offline; other engines may still run */
async function loadOnnx(
  cache: AssetCache,
): Promise<[typeof import('./onnx-browser.ts'), Uint8Array]> {
  try {
    return await Promise.all([import('./onnx-browser.ts'), engineFile(cache, ORT_WASM.wasm)]);
  } catch (error) {
    throw new EngineUnreachableError(
      `ONNX Runtime cannot be loaded (${messageOf(error)}). \`soutu build\` puts it into sites whose model is an ONNX ` +
        'file, and into others with --onnxruntime.',
      { cause: error },
    );
  }
}

/** @throws EngineUnreachableError if a file is missing or the device is offline; other engines may still run */
async function loadWebGpu(
  cache: AssetCache,
): Promise<[typeof import('./onnx-webgpu.ts'), Uint8Array]> {
  try {
    return await Promise.all([import('./onnx-webgpu.ts'), engineFile(cache, ORT_WASM.webgpu)]);
  } catch (error) {
    throw new EngineUnreachableError(
      `ONNX Runtime's WebGPU build cannot be loaded (${messageOf(error)}). ` +
        '`soutu build` puts it into sites whose model has more than 10 MB of weights.',
      { cause: error },
    );
  }
}
