/** WebGPU tried in a visitor's pauses, on a GPU of software that does not say so; whole visits: e2e/engines. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { WorkerSettings } from '../../../src/browser/worker-api.ts';
import { AssetCache } from '../../../src/cache/asset-cache.ts';
import type { AssetStore } from '../../../src/cache/asset-store.ts';
import { createMemoryStore } from '../../../src/cache/memory-store.ts';
import { createOptionalStore } from '../../../src/cache/optional-store.ts';
import { createResilientStore } from '../../../src/cache/resilient-store.ts';
import { sha256 } from '../../../src/cache/sha256.ts';
import type { ModelSpec } from '../../../src/core/model/spec.ts';
import { decodeUtf8 } from '../../../src/core/text.ts';
import { cosine } from '../../../src/core/vector/arithmetic.ts';
import type { EmbedderMaker } from '../../../src/engine/open-embedder.ts';
import { RunningModel } from '../../../src/engine/running-model.ts';
import { findGpu } from '../../../src/worker/engines/gpu.ts';
import { ORT_WASM } from '../../../src/worker/engines/ort-wasm.ts';
import { ModelEngines } from '../../../src/worker/model-engines.ts';
import { Pauses } from '../../../src/worker/pauses.ts';
import { tinyModel } from '../../support/tiny-model.ts';

const gpu = await findGpu().catch((error: Error) => error.message);
const reason = typeof gpu === 'string' ? ` (skipped: ${gpu})` : '';

const AUTO: WorkerSettings = { engine: 'auto', savesData: false };
const photo = { width: 32, height: 32, data: new Uint8Array(32 * 32 * 4).fill(200) };
const { spec: shape, file } = tinyModel({ widths: [[4], [4], [4], [512, 560]] });
const hash = await sha256(file);
const WIDE: ModelSpec = {
  ...shape,
  weights: { ...shape.weights, files: [{ file: 'w', bytes: file.length, sha256: hash }] },
};

let store: AssetStore;
/** The same device for what can be done without. */
let optional: AssetStore;
/** Browser tests run in a page, whose navigator says the same. */
const WorkerOrPage = Navigator as unknown as { prototype: { deviceMemory: number } };

const opened: RunningModel[] = [];
let devices: GPUDevice[] = [];
/** That the clock has been put forward. */
let minutes = 0;

beforeEach(async () => {
  store = createMemoryStore();
  await store.put(hash, file);
  optional = createOptionalStore(Promise.resolve(store));
  devices = [];
  minutes = 0;
  const { now } = performance;
  vi.spyOn(performance, 'now').mockImplementation(() => now.call(performance) + minutes * 60_000);
  const { requestDevice } = GPUAdapter.prototype;
  vi.spyOn(GPUAdapter.prototype, 'requestDevice').mockImplementation(async function (
    this: GPUAdapter,
    ...args
  ) {
    const device = await requestDevice.apply(this, args);
    devices.push(device);
    return device;
  });
  vi.spyOn(GPUAdapterInfo.prototype, 'isFallbackAdapter', 'get').mockReturnValue(false);
  vi.spyOn(WorkerOrPage.prototype, 'deviceMemory', 'get').mockReturnValue(4);
});

afterEach(async () => {
  for (const model of opened.splice(0)) await model.dispose();
  vi.restoreAllMocks();
});

/** As a worker opens the model, on a device that keeps what the visits before have left. */
async function visit(
  spec = WIDE,
  settings = AUTO,
  slow: (make: EmbedderMaker) => EmbedderMaker = (it) => it,
  kept = store,
) {
  const cache = new AssetCache(kept);
  const read = vi.spyOn(AssetCache.prototype, 'read');
  const engines = new ModelEngines({
    spec,
    settings,
    cache,
    optional,
    bundle: '/b',
    onFile: () => undefined,
  });
  const order = await engines.order;
  const makers = order.map(({ make }) => slow(make));
  const model = new RunningModel(
    async () => makers,
    async () => [file],
    engines.onFailure,
  );
  opened.push(model);
  const measure = () => engines.tune(model, new Pauses(0));
  const loaded = () => read.mock.calls.map(([, ref]) => ref.file);
  return { model, order, measure, loaded };
}

/** A processor that takes a minute for each photo, by the clock. */
function slowly(make: EmbedderMaker): EmbedderMaker {
  return async (weights) => {
    const embedder = await make(weights);
    return {
      ...embedder,
      async embed(...args) {
        minutes++;
        return embedder.embed(...args);
      },
    };
  };
}

async function noted() {
  const key = (await store.keys()).find((one) => one.startsWith('engine:')) ?? '';
  const bytes = await store.get(key);
  return bytes && JSON.parse(decodeUtf8(bytes));
}

describe.skipIf(reason)(`on a GPU of software${reason}`, { timeout: 120_000 }, () => {
  test('quicker than a slow processor it takes over, and the next visit begins with it', async () => {
    const first = await visit(WIDE, AUTO, slowly);
    const before = await first.model.embed(photo);
    expect([before.engine, devices.length]).toEqual(['kernel-fast', 0]);
    await first.measure();
    const after = await first.model.embed(photo);
    expect([after.engine, after.failures]).toEqual(['onnxruntime-webgpu', []]);
    expect(cosine(before.vector, after.vector)).toBeGreaterThanOrEqual(0.9999);
    const { outcome, gpu: name, millis } = await noted();
    expect([outcome, name]).toEqual(['webgpu', 'google/swiftshader']);
    expect(millis.other).toBeGreaterThan(60_000);
    expect(millis.webgpu).toBeLessThan(60_000);
    await first.model.dispose();

    // A device that let go of the large file does not make the next photo wait for it.
    const { sha256: binary } = ORT_WASM.webgpu.ref;
    const kept = (await store.get(binary)) as Uint8Array;
    await store.delete(binary);
    expect((await visit()).order[0]?.file?.file).toMatch(/^kernel/);
    await store.put(binary, kept);
    expect((await visit()).order[0]?.file?.file).toBe(ORT_WASM.webgpu.ref.file);
    // What was measured once is not measured again: the device is still the first one.
    expect(devices).toHaveLength(1);
  });
});

/** What a trial does before it opens the GPU needs none. */
function fakeGpu() {
  const info = { vendor: 'a', architecture: 'b', isFallbackAdapter: false };
  const adapter = { info } as unknown as GPUAdapter;
  return vi.spyOn(GPU.prototype, 'requestAdapter').mockResolvedValue(adapter);
}

test('a full device is not made room in for it, nothing of it is left there, and nobody is warned', async () => {
  fakeGpu();
  const full: AssetStore = {
    ...store,
    put: async (key, bytes) => {
      if (bytes.length > 1 << 20) throw new DOMException('No room.', 'QuotaExceededError');
      await store.put(key, bytes);
    },
  };
  const makeRoom = vi.fn();
  const resilient = createResilientStore(async () => full, makeRoom);
  optional = resilient.optional;
  const { model, measure, loaded } = await visit(WIDE, AUTO, slowly, resilient);
  await model.embed(photo);
  const before = await resilient.keys();
  await measure();
  expect(loaded()).toContain(ORT_WASM.webgpu.ref.file);
  expect(await resilient.keys()).toEqual(before);
  expect([makeRoom.mock.calls, resilient.notices()]).toEqual([[], []]);
});

describe('nothing is loaded for it', () => {
  const room = (quota: number) =>
    vi.spyOn(StorageManager.prototype, 'estimate').mockResolvedValue({ quota, usage: 0 });
  test.each<[string, () => unknown]>([
    [
      'on a device of little memory',
      () => vi.spyOn(WorkerOrPage.prototype, 'deviceMemory', 'get').mockReturnValue(2),
    ],
    ['on one with room for the file, but not for its parts, too', () => room(20_000_000)],
  ])('%s', async (_, given) => {
    const asked = fakeGpu();
    given();
    const { measure, loaded } = await visit();
    await measure();
    expect([asked.mock.calls.length, loaded()]).toEqual([0, []]);
  });
});

describe('nothing of the GPU is asked for', () => {
  const narrow: ModelSpec = { ...WIDE, widths: [[4], [4]], dimension: 4 } as ModelSpec;
  test.each<[string, ModelSpec, WorkerSettings]>([
    ['where the visitor saves data', WIDE, { ...AUTO, savesData: true }],
    ['by a model that is not wide', narrow, AUTO],
    ['where the page has chosen the kernel', WIDE, { ...AUTO, engine: 'kernel' }],
    ['where the page has chosen ONNX Runtime', WIDE, { ...AUTO, engine: 'onnxruntime' }],
  ])('%s', async (_, spec, settings) => {
    const asked = vi.spyOn(GPU.prototype, 'requestAdapter');
    const { measure, loaded } = await visit(spec, settings);
    await measure();
    expect([asked.mock.calls.length, loaded()]).toEqual([0, []]);
  });
});
