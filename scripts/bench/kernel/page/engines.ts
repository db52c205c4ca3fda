/** The engines that the benchmark compares, in a page or in a worker. */
import mjsUrl from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import * as ort from 'onnxruntime-web/wasm';
import type { VggSpec } from '../../../../src/core/model/spec.ts';
import { readWeights } from '../../../../src/core/model/weights.ts';
import type { Embedder } from '../../../../src/engine/embedder.ts';
import { createKernelEmbedder } from '../../../../src/engine/kernel/kernel-embedder.ts';
import { createOnnxEmbedder } from '../../../../src/engine/onnx/onnx-embedder.ts';
import type { Precision } from '../../../../src/kernel/binary.ts';
import deterministicUrl from '../../../../src/kernel/kernel.wasm?url';
import fastUrl from '../../../../src/kernel/kernel-fast.wasm?url';
import type { Threads } from '../../../../src/kernel/team.ts';
import { nextMacrotask } from '../../../../src/worker/engines/next-macrotask.ts';
import { seededPicture } from './pictures.ts';

interface Loaded {
  readonly spec: VggSpec;
  readonly weights: readonly Uint8Array[];
}

const binaries = new Map<string, Promise<Uint8Array>>();

/** Fetched once, so that the network is not timed. */
function binaryOf(url: string): Promise<Uint8Array> {
  const binary = binaries.get(url) ?? bytesOf(url);
  binaries.set(url, binary);
  return binary;
}

export const bytesOf = async (url: string) =>
  new Uint8Array(await (await fetch(url)).arrayBuffer());

/** Loaded for each use, because the kernel clears its input. */
async function load(model: string): Promise<Loaded> {
  const spec = (await (await fetch(`/models/${model}.json`)).json()) as VggSpec;
  const weights = await Promise.all(
    spec.weights.files.map(({ file }) => bytesOf(`/models/${file}`)),
  );
  return { spec, weights };
}

export async function kernelOf(model: string, precision: Precision, threads?: Threads) {
  const { spec, weights } = await load(model);
  const tensors = readWeights(spec, weights);
  let pausedMs = 0;
  const start = performance.now();
  const embedder = await createKernelEmbedder(spec, tensors, {
    precision,
    read: (wanted) => binaryOf(wanted === 'fast' ? fastUrl : deterministicUrl),
    async pause() {
      const begin = performance.now();
      await nextMacrotask();
      pausedMs += performance.now() - begin;
    },
    ...(threads ? { threads } : {}),
  });
  const loadMs = performance.now() - start;
  pausedMs = 0;
  return { embedder, loadMs, pausedMs: () => pausedMs };
}

export async function onnxOf(model: string, threads: number): Promise<Embedder> {
  const { spec, weights } = await load(model);
  ort.env.wasm.wasmPaths = {
    mjs: new URL(mjsUrl, location.href).href,
    wasm: new URL(wasmUrl, location.href).href,
  };
  ort.env.wasm.numThreads = threads;
  return createOnnxEmbedder(ort, spec, weights);
}

export const embed = ({ spec, ...embedder }: Embedder, seed = 1) => {
  const picture = seededPicture(spec.input.width, spec.input.height, seed);
  return () => embedder.embed(picture);
};
