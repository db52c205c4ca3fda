/** What an opened bundle holds of the device, and gives back; only the network is the test's. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DATABASE } from '../../src/browser/database.ts';
import { ENGINE_CHOICES } from '../../src/browser/engine-choice.ts';
import { sha256 } from '../../src/cache/sha256.ts';
import { forget } from '../../src/client/storage/forget.ts';
import { writeVectors } from '../../src/core/bundle/vectors.ts';
import type { FileRef } from '../../src/core/file-ref.ts';
import type { ModelSpec } from '../../src/core/model/spec.ts';
import { encodeUtf8 } from '../../src/core/text.ts';
import { findGpu } from '../../src/worker/engines/gpu.ts';
import { KERNEL_WASM } from '../../src/worker/engines/kernel-wasm.ts';
import { ORT_WASM } from '../../src/worker/engines/ort-wasm.ts';
import { OpenBundle } from '../../src/worker/open-bundle.ts';
import { tinyModel } from '../support/model-spec.ts';
import { tinyModel as wideModel } from '../support/tiny-model.ts';

const url = new URL('./open-bundle', location.href).href;
const files = new Map<string, Uint8Array>();
let databases: Set<IDBDatabase>;
let opened: number;
let giveWeights = () => {};

async function put(file: string, bytes: Uint8Array): Promise<FileRef> {
  files.set(file, bytes);
  return { file, bytes: bytes.length, sha256: await sha256(bytes) };
}

/** @param weights of the model, all of them in one file */
async function putBundle(model: ModelSpec, weights: Uint8Array) {
  const { dimension } = model;
  const one = new Float32Array(dimension).fill(1, 0, 1);
  const [vectors] = writeVectors(one, dimension, [[0, 1]]);
  const row = async (file: string, bytes: Uint8Array = new Uint8Array()) => ({
    ...(await put(file, bytes)),
    first: 0,
    rows: 1,
  });
  const manifest = {
    format: 'soutu-bundle',
    version: 3,
    model: {
      ...model,
      weights: { ...model.weights, files: [await put('weights.bin', weights)] },
    },
    items: {
      count: 1,
      columns: [await row('columns.json', encodeUtf8('{"id":["a"],"attributes":[]}'))],
      details: [await row('details.json', encodeUtf8('{"image":["a.jpg"]}'))],
    },
    index: {
      type: 'flat',
      dimension,
      metric: 'cosine',
      centre: null,
      calibration: { match: 0, related: 0 },
      vectors: [await row('vectors.bin', vectors?.bytes)],
    },
    archive: [await row('archive.bin')],
    cut: { vectors: 1, columns: 1, details: 1 },
  };
  files.set('manifest.json', encodeUtf8(JSON.stringify(manifest)));
}

beforeEach(async () => {
  await putBundle(tinyModel(2, []), crypto.getRandomValues(new Uint8Array(9)));
  const weights = new Promise<void>((resolve) => {
    giveWeights = resolve;
  });
  const { fetch } = globalThis;
  vi.stubGlobal('fetch', async (address: string, init?: RequestInit) => {
    // Files of the page itself.
    if (!address.startsWith(`${url}/`)) return fetch(address, init);
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

const SETTINGS = { engine: 'auto', savesData: false } as const;
const silent = () => undefined;
const none = async () => null;

test('its connection to the device is closed when what was on its way is kept', async () => {
  const bundle = await OpenBundle.open(url, 'newest', SETTINGS, silent, none);
  await bundle.engine;
  bundle.prefetch();
  expect(databases.size).toBe(1);
  await bundle.dispose();
  expect(databases.size).toBe(1);
  giveWeights();
  await vi.waitFor(() => expect(databases.size).toBe(0));

  const next = await OpenBundle.open(url, 'newest', SETTINGS, silent, none);
  expect((await next.cost()).model).toBe(0);
  await next.dispose();
  await vi.waitFor(() => expect(databases.size).toBe(0));
  expect(opened).toBe(2);
});

test('one that cannot be opened leaves none', async () => {
  files.set('manifest.json', encodeUtf8('<!doctype html>'));
  await expect(OpenBundle.open(url, 'newest', SETTINGS, silent, none)).rejects.toThrow(
    'of something else',
  );
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
    const bundle = await OpenBundle.open(url, 'newest', settings, silent, none);
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

test('a search in parts costs about what the build measured, and with a service nothing of the index', async () => {
  const text = new TextDecoder().decode(files.get('manifest.json'));
  const manifest = JSON.parse(text);
  const file = (name: string, bytes: number) => ({ file: name, bytes, sha256: 'c'.repeat(64) });
  const parts = {
    // Not on the server, so never cached.
    root: file('parts.bin', 30_000),
    list: file('parts-list.json', 500),
    ...{ files: 40, bytes: 900_000, copies: false, recall10: 0.95, wanted: 0.95, error: 0.001 },
    cold: { bytes: 177_000.4, requests: 19.4 },
    details: [{ set: '0123456789abcdef', count: manifest.items.count, rows: 48, bytes: 900 }],
    titles: [],
  };
  const index = { ...manifest.index, type: 'parts', parts, vectors: [] };
  const inParts = { ...manifest, version: 5, index, items: { ...manifest.items, details: [] } };
  files.set('manifest.json', encodeUtf8(JSON.stringify(inParts)));
  await forget();
  for (const [settings, expected, limit] of [
    [SETTINGS, 177_000, 'parts'],
    [{ ...SETTINGS, remote: 'https://search.example/' }, 0, 'service'],
  ] as const) {
    const bundle = await OpenBundle.open(url, 'newest', settings, silent, none);
    bundle.engine.catch(() => undefined);
    expect((await bundle.cost()).index).toBe(expected);
    expect(bundle.offlineLimit()).toBe(limit);
    await bundle.dispose();
  }
});

test('what the visitor has forgotten does not come back by what he has not asked for', async () => {
  const { spec, file } = wideModel({ widths: [[4], [4], [4], [512, 560]] });
  await putBundle(spec, file);
  const info = { vendor: 'a', architecture: 'b', isFallbackAdapter: false };
  const adapter = { info } as unknown as GPUAdapter;
  vi.spyOn(GPU.prototype, 'requestAdapter').mockResolvedValue(adapter);
  giveWeights();
  const bundle = await OpenBundle.open(url, 'newest', SETTINGS, silent, none);
  await bundle.engine;
  bundle.prefetch();
  await vi.waitFor(async () => expect((await bundle.cost()).model).toBe(0));

  // In the middle of the binary.
  let pauses = 0;
  await bundle.tune({
    async pause() {
      if (++pauses === 3) await forget();
      return new AbortController().signal;
    },
  });
  expect(pauses).toBe(3);
  expect((await indexedDB.databases()).map(({ name }) => name)).not.toContain(DATABASE);
  expect(bundle.info().notices).toEqual([]);
  await bundle.dispose();
});
