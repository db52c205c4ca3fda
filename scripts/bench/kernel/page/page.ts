/** The browser's side of `npm run bench -- kernel`: called by name from browser.ts. */
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
import { alternate } from './alternate.ts';
import { seededPicture } from './pictures.ts';

interface Loaded {
  readonly spec: VggSpec;
  readonly weights: readonly Uint8Array[];
}

/** As the product's worker: timers that follow each other are held back by 4 ms. */
function nextMacrotask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

const binaries = new Map<string, Promise<Uint8Array>>();

/** Fetched once: what is timed is the work, not the network. */
function binaryOf(url: string): Promise<Uint8Array> {
  const binary = binaries.get(url) ?? bytesOf(url);
  binaries.set(url, binary);
  return binary;
}

const bytesOf = async (url: string) => new Uint8Array(await (await fetch(url)).arrayBuffer());

/** Anew each time: the kernel empties what it is given. */
async function load(model: string): Promise<Loaded> {
  const spec = (await (await fetch(`/models/${model}.json`)).json()) as VggSpec;
  const weights = await Promise.all(
    spec.weights.files.map(({ file }) => bytesOf(`/models/${file}`)),
  );
  return { spec, weights };
}

async function kernelOf(model: string, precision: Precision) {
  const { spec, weights } = await load(model);
  const tensors = readWeights(spec, weights);
  const start = performance.now();
  const embedder = await createKernelEmbedder(spec, tensors, {
    precision,
    read: (wanted) => binaryOf(wanted === 'fast' ? fastUrl : deterministicUrl),
    pause: nextMacrotask,
  });
  return { embedder, loadMs: performance.now() - start };
}

async function onnxOf(model: string, threads: number): Promise<Embedder> {
  const { spec, weights } = await load(model);
  ort.env.wasm.wasmPaths = {
    mjs: new URL(mjsUrl, location.href).href,
    wasm: new URL(wasmUrl, location.href).href,
  };
  ort.env.wasm.numThreads = threads;
  return createOnnxEmbedder(ort, spec, weights);
}

const embed = ({ spec, ...embedder }: Embedder, seed = 1) => {
  const picture = seededPicture(spec.input.width, spec.input.height, seed);
  return () => embedder.embed(picture);
};

/** One thread: ONNX Runtime against both forms of the kernel, and the matrix products of the prototype. */
async function oneThread(rounds: number, gemm: boolean) {
  const onnx = await onnxOf('vgg16', 1);
  const deterministic = await kernelOf('vgg16', 'deterministic');
  const fast = await kernelOf('vgg16', 'fast');
  const lite = await kernelOf('lite', 'fast');
  const times = await alternate(
    {
      onnx: embed(onnx),
      deterministic: embed(deterministic.embedder),
      fast: embed(fast.embedder),
      lite: embed(lite.embedder),
      gemm: gemm ? await prototypeGemm() : () => undefined,
    },
    rounds,
  );
  return {
    times,
    memory: { vgg16: fast.embedder.memoryBytes, lite: lite.embedder.memoryBytes },
  };
}

/** Milliseconds from plain weights to a kernel that is ready: compiled already, transforms and all. */
async function loadTimes(rounds: number) {
  const times: Record<'vgg16' | 'lite', number[]> = { vgg16: [], lite: [] };
  for (let round = 0; round < rounds; round++) {
    for (const model of ['vgg16', 'lite'] as const) {
      const { embedder, loadMs } = await kernelOf(model, 'fast');
      times[model].push(loadMs);
      await embedder.dispose();
    }
  }
  return times;
}

/** Multiply-adds of one call of `gemm`. */
const GEMM = { tiles: 60, inputs: 256, outputs: 240, repeats: 100 };

async function prototypeGemm() {
  const memory = new WebAssembly.Memory({ initial: 256, maximum: 32768 });
  const { instance } = await WebAssembly.instantiate(
    (await bytesOf('/prototype.wasm')) as Uint8Array<ArrayBuffer>,
    { env: { memory } },
  );
  const run = instance.exports.gemm_bench as (...args: number[]) => void;
  const floats = new Float32Array(memory.buffer);
  for (let i = 0; i < floats.length; i++) floats[i] = (i % 97) / 97;
  const { tiles, inputs, outputs, repeats } = GEMM;
  return () => {
    for (let i = 0; i < repeats; i++) run(1 << 20, tiles, inputs, 4 << 20, outputs, 8 << 20);
  };
}

/** SHA-256 of the bytes of one vector after the other, deterministic. */
async function vectorHash(count: number): Promise<string> {
  const { embedder } = await kernelOf('lite', 'deterministic');
  const { width, height } = embedder.spec.input;
  const all = new Float32Array(count * embedder.spec.dimension);
  for (let seed = 0; seed < count; seed++) {
    all.set(
      await embedder.embed(seededPicture(width, height, seed)),
      seed * embedder.spec.dimension,
    );
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', all));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const bench = { oneThread, loadTimes, vectorHash, GEMM };
export type Bench = typeof bench;
Object.assign(globalThis, { bench });

// Browsers that nobody drives are told by their address what to post back.
const posted = new URLSearchParams(location.search).get('hash');
if (posted) {
  vectorHash(Number(posted)).then(
    (hash) => fetch('/answer', { method: 'POST', body: hash }),
    (error) => fetch('/answer', { method: 'POST', body: String(error) }),
  );
}
