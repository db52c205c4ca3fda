/** The browser side of `npm run bench -- kernel`; browser.ts calls these functions by name. */
import { alternate } from './alternate.ts';
import { bytesOf, embed, kernelOf, onnxOf } from './engines.ts';
import { seededPicture } from './pictures.ts';

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
    // One more picture than is timed: the warm-up.
    pauseMs: fast.pausedMs() / (rounds + 1),
    memory: { vgg16: fast.embedder.memoryBytes, lite: lite.embedder.memoryBytes },
  };
}

/** Milliseconds from plain weights to a ready kernel, including the transforms but not compilation. */
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

/** SHA-256 of the concatenated bytes of `count` vectors, embedded deterministically. */
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

/** Both engines with the same number of threads, in a worker: the main thread may not block on others. */
function together(rounds: number, threads: number): Promise<Record<'onnx' | 'fast', number[]>> {
  const worker = new Worker(new URL('./together.ts', import.meta.url), { type: 'module' });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage({ rounds, threads });
  });
}

const bench = { oneThread, together, loadTimes, vectorHash, GEMM };
export type Bench = typeof bench;
Object.assign(globalThis, { bench });

// Browsers without a driver read from the URL which result to post.
const posted = new URLSearchParams(location.search).get('hash');
if (posted) {
  vectorHash(Number(posted)).then(
    (hash) => fetch('/answer', { method: 'POST', body: hash }),
    (error) => fetch('/answer', { method: 'POST', body: String(error) }),
  );
}
