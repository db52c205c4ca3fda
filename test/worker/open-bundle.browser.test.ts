/** What an opened bundle holds of the device, and gives back; only the network is the test's. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sha256 } from '../../src/cache/sha256.ts';
import { forget } from '../../src/client/forget.ts';
import { writeVectorShards } from '../../src/core/bundle/vectors.ts';
import { ENGINE_CHOICES } from '../../src/core/engine-choice.ts';
import type { FileRef } from '../../src/core/model/spec.ts';
import { encodeUtf8 } from '../../src/core/text.ts';
import { findGpu } from '../../src/worker/engines/gpu.ts';
import { KERNEL_WASM } from '../../src/worker/engines/kernel-wasm.ts';
import { ORT_WASM } from '../../src/worker/engines/ort-wasm.ts';
import { OpenBundle } from '../../src/worker/open-bundle.ts';
import { tinyModel } from '../support/model-spec.ts';

const url = new URL('./open-bundle', location.href).href;
const files = new Map<string, Uint8Array>();
let databases: Set<IDBDatabase>;
let opened: number;
let giveWeights = () => {};

async function put(file: string, bytes: Uint8Array): Promise<FileRef> {
  files.set(file, bytes);
  return { file, bytes: bytes.length, sha256: await sha256(bytes) };
}

beforeEach(async () => {
  const [vectors = new Uint8Array()] = writeVectorShards(Float32Array.of(1, 0), 1, 2);
  const manifest = {
    format: 'soutu-bundle',
    version: 1,
    model: tinyModel(2, [await put('weights.bin', crypto.getRandomValues(new Uint8Array(9)))]),
    items: [await put('items.json', encodeUtf8('[{"id":"a","image":"a.jpg"}]'))],
    index: {
      count: 1,
      dimension: 2,
      metric: 'cosine',
      centre: null,
      calibration: { minScore: 0 },
      vectors: [await put('vectors.bin', vectors)],
      graph: [],
    },
  };
  files.set('manifest.json', encodeUtf8(JSON.stringify(manifest)));
  const weights = new Promise<void>((resolve) => {
    giveWeights = resolve;
  });
  vi.stubGlobal('fetch', async (address: string) => {
    const name = address.slice(url.length + 1);
    if (name === 'weights.bin') await weights;
    const bytes = files.get(name);
    return new Response(bytes as Uint8Array<ArrayBuffer>, { status: bytes ? 200 : 404 });
  });
  databases = new Set();
  opened = 0;
  const { open } = IDBFactory.prototype;
  vi.spyOn(indexedDB, 'open').mockImplementation((...given) => {
    const request = open.apply(indexedDB, given);
    request.addEventListener('success', () => {
      opened++;
      databases.add(request.result);
    });
    return request;
  });
  const { close } = IDBDatabase.prototype;
  vi.spyOn(IDBDatabase.prototype, 'close').mockImplementation(function (this: IDBDatabase) {
    databases.delete(this);
    close.apply(this);
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const WISHES = { engine: 'auto', savesData: false } as const;
const silent = () => undefined;

test('its connection to the device is closed when what was on its way is kept', async () => {
  const bundle = await OpenBundle.open(url, 'newest', WISHES, silent);
  await bundle.engine;
  bundle.prefetch();
  expect(databases.size).toBe(1);
  await bundle.dispose();
  expect(databases.size).toBe(1);
  giveWeights();
  await vi.waitFor(() => expect(databases.size).toBe(0));

  const next = await OpenBundle.open(url, 'newest', WISHES, silent);
  expect((await next.cost()).model).toBe(0);
  await next.dispose();
  await vi.waitFor(() => expect(databases.size).toBe(0));
  expect(opened).toBe(2);
});

test('one that cannot be opened leaves none', async () => {
  files.set('manifest.json', encodeUtf8('<!doctype html>'));
  await expect(OpenBundle.open(url, 'newest', WISHES, silent)).rejects.toThrow('of something else');
  await vi.waitFor(() => expect([opened, databases.size]).toEqual([1, 0]));
});

test('a first search costs what the chosen engine needs, and where it cannot run the one after it', async () => {
  const gpu = await findGpu().catch(() => null);
  const { fast } = KERNEL_WASM;
  const expected = {
    auto: fast,
    kernel: fast,
    onnxruntime: ORT_WASM.wasm,
    webgpu: gpu ? ORT_WASM.webgpu : fast,
  };
  giveWeights();
  for (const engine of ENGINE_CHOICES) {
    await forget();
    const settings = { engine, savesData: false };
    const bundle = await OpenBundle.open(url, 'newest', settings, silent);
    await bundle.engine;
    expect(await bundle.cost()).toEqual({
      index: 0,
      model: 9,
      engine: expected[engine].ref.bytes,
    });
    await bundle.dispose();
    await vi.waitFor(() => expect(databases.size).toBe(0));
  }
});
