/** ONNX Runtime on a GPU of software, as the worker wires it. */
import * as ort from 'onnxruntime-web/jspi';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { AssetCache } from '../../../src/cache/asset-cache.ts';
import { createMemoryStore } from '../../../src/cache/memory-store.ts';
import { EngineError } from '../../../src/core/errors.ts';
import type { ModelSpec } from '../../../src/core/model/spec.ts';
import { encodeBase64, encodeFloats } from '../../../src/core/text.ts';
import { cosine } from '../../../src/core/vector/arithmetic.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';
import type { EmbedderMaker } from '../../../src/engine/open-embedder.ts';
import { RunningModel } from '../../../src/engine/running-model.ts';
import { browserEngines } from '../../../src/worker/engines/browser-engines.ts';
import { engineOrder } from '../../../src/worker/engines/engine-order.ts';
import { findGpu } from '../../../src/worker/engines/gpu.ts';
import { tinyForward, tinyModel } from '../../support/tiny-model.ts';

const gpu = await findGpu().catch((error: Error) => error.message);
const reason = typeof gpu === 'string' ? ` (skipped: ${gpu})` : '';

const model = tinyModel({
  widths: [[8], [16, 16]],
  pooling: 'max',
  projection: { out: 12, bias: true },
});
const photo = (seed: number) => {
  const random = seededRandom(seed);
  const data = new Uint8Array(32 * 32 * 4).map((_, i) => (i % 4 === 3 ? 255 : random() * 256));
  return { width: 32, height: 32, data };
};

/** `GPUBufferUsage.MAP_READ`, which the types do not know. */
const MAP_READ = 1;

const opened: RunningModel[] = [];

async function modelBy(spec: ModelSpec = model.spec) {
  const onFile = vi.fn();
  const onFailure = vi.fn<(maker: EmbedderMaker, error: unknown) => void>();
  const engines = browserEngines(spec, new AssetCache(createMemoryStore()), onFile);
  const order = await engineOrder('webgpu', engines, null, findGpu);
  const makers = order.map(({ make }) => make);
  const running = new RunningModel(
    async () => makers,
    async () => [model.file],
    onFailure,
  );
  opened.push(running);
  return { running, onFailure, onFile };
}

/** Every device that is given from now on. */
function watchDevices(): GPUDevice[] {
  const devices: GPUDevice[] = [];
  const { requestDevice } = GPUAdapter.prototype;
  vi.spyOn(GPUAdapter.prototype, 'requestDevice').mockImplementation(async function (
    this: GPUAdapter,
    ...args
  ) {
    const device = await requestDevice.apply(this, args);
    devices.push(device);
    return device;
  });
  return devices;
}

afterEach(async () => {
  vi.restoreAllMocks();
  for (const running of opened.splice(0)) await running.dispose();
});

describe.skipIf(reason)(`on a GPU of software${reason}`, { timeout: 90_000 }, () => {
  test('open, it holds the bytes of its binary no longer', async () => {
    const given: Uint8Array[] = [];
    Object.defineProperty(ort.env.wasm, 'wasmBinary', {
      configurable: true,
      get: () => given.at(-1),
      set: (binary) => given.push(binary),
    });
    try {
      const { running } = await modelBy();
      expect((await running.embed(photo(1))).engine).toBe('onnxruntime-webgpu');
    } finally {
      Reflect.deleteProperty(ort.env.wasm, 'wasmBinary');
    }
    expect(given.map((binary) => binary.length)).toEqual([0]);
  });

  test('its vectors are the kernel’s and those of plain loops, and the answer names it', async () => {
    const { running, onFile, onFailure } = await modelBy();
    const engines = browserEngines(model.spec, new AssetCache(createMemoryStore()), vi.fn());
    const kernel = await engines.kernel?.make(async () => [model.file]);
    for (let seed = 1; seed <= 5; seed++) {
      const { vector, engine, failures } = await running.embed(photo(seed));
      expect([engine, failures]).toEqual(['onnxruntime-webgpu', []]);
      const byKernel = await kernel?.embed(photo(seed));
      expect(cosine(vector, byKernel as Float32Array)).toBeGreaterThanOrEqual(0.9999);
      const plain = Float32Array.from(tinyForward(model, photo(seed).data));
      expect(cosine(vector, plain)).toBeGreaterThanOrEqual(0.9999);
    }
    await kernel?.dispose();
    expect(onFile.mock.calls.map(([{ file }]) => file)).toEqual([
      'ort-wasm-simd-threaded.jspi.wasm',
    ]);
    expect(onFailure).not.toHaveBeenCalled();
  });

  test('a device that is lost in the middle of a photo: the kernel reads it, and all after it', async () => {
    const devices = watchDevices();
    const { running, onFailure } = await modelBy();
    const before = await running.embed(photo(1));
    const during = running.embed(photo(1));
    devices[0]?.destroy();
    for (const answer of [await during, await running.embed(photo(1))]) {
      expect(answer.engine).toBe('kernel-fast');
      expect(answer.failures).toEqual(['tiny: onnxruntime-webgpu is gone: Device was destroyed.']);
      expect(cosine(answer.vector, before.vector)).toBeGreaterThanOrEqual(0.9999);
    }
    expect(onFailure).toHaveBeenCalledTimes(1);
    expect(onFailure.mock.calls[0]?.[1]).toBeInstanceOf(EngineError);
  });

  test('a GPU that refuses a step is not asked again, and the console stays empty', async () => {
    const devices = watchDevices();
    const { running } = await modelBy();
    expect((await running.embed(photo(1))).engine).toBe('onnxruntime-webgpu');
    devices[0]?.createBuffer({ size: 4, usage: 0 });
    await vi.waitFor(async () => {
      const { engine, failures } = await running.embed(photo(2));
      expect(engine).toBe('kernel-fast');
      expect(failures).toEqual([
        expect.stringMatching(/^tiny: onnxruntime-webgpu is gone: .*usage/i),
      ]);
    });
  });

  test('where it computes wrongly the kernel stays, and the GPU is given back', async () => {
    const devices = watchDevices();
    const rgb = new Uint8Array(32 * 32 * 3).fill(90);
    const rgba = new Uint8Array(32 * 32 * 4).map((_, i) => (i % 4 === 3 ? 255 : 90));
    const right = Float32Array.from(tinyForward(model, rgba));
    const canary = { width: 32, height: 32, rgb: encodeBase64(rgb), minCosine: 0.999 };
    const spec = { ...model.spec, canary: { ...canary, vector: encodeFloats(right) } };
    const { running, onFailure } = await modelBy(spec);
    // A driver that gives other numbers.
    const { getMappedRange } = GPUBuffer.prototype;
    vi.spyOn(GPUBuffer.prototype, 'getMappedRange').mockImplementation(function (
      this: GPUBuffer,
      ...args
    ) {
      const range = getMappedRange.apply(this, args);
      if (this.usage & MAP_READ) new Float32Array(range).fill(1);
      return range;
    });
    const { engine, failures } = await running.embed(photo(1));
    expect(engine).toBe('kernel-fast');
    expect(failures).toEqual([
      expect.stringMatching(
        /^tiny: this device computes wrongly with onnxruntime-webgpu: the test picture's cosine is -?0\.\d+, expected at least 0\.999\./,
      ),
    ]);
    expect(onFailure).toHaveBeenCalledTimes(1);
    expect((await devices[0]?.lost)?.reason).toBe('destroyed');
  });
});

describe('where there is no WebGPU the kernel answers, and the reason is told', () => {
  test.each([
    ['no adapter', () => vi.spyOn(navigator.gpu, 'requestAdapter').mockResolvedValue(null)],
    [
      'no WebGPU at all',
      () => vi.spyOn(navigator, 'gpu', 'get').mockReturnValue(undefined as unknown as GPU),
    ],
    ['no JSPI', () => Reflect.deleteProperty(WebAssembly, 'Suspending')],
  ] as const)('%s', async (name, takeAway) => {
    const { Suspending } = WebAssembly as unknown as { Suspending?: unknown };
    takeAway();
    try {
      const { running, onFile } = await modelBy();
      const { engine, failures } = await running.embed(photo(1));
      expect(engine).toBe('kernel-fast');
      const words = {
        'no adapter': 'the browser gives no GPU',
        'no WebGPU at all': 'this browser has none, or only on https pages',
        'no JSPI': 'this browser has no promise integration for WebAssembly, JSPI',
      }[name];
      expect(failures).toEqual([`WebGPU cannot be used here: ${words}.`]);
      expect(onFile).not.toHaveBeenCalled();
    } finally {
      if (Suspending) Object.assign(WebAssembly, { Suspending });
    }
  });
});
