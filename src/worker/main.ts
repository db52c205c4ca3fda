/** The worker: engine and cache behind the contract, one bundle each. */
import { expose } from 'comlink';
import { AssetCache } from '../cache/asset-cache.ts';
import { CachedSource } from '../cache/cached-source.ts';
import { openIdbStore } from '../cache/idb-store.ts';
import { createResilientStore } from '../cache/resilient-store.ts';
import type { Progress, Query, WorkerApi, WorkerQuery } from '../core/contract.ts';
import { MissingFileError, SoutuError } from '../core/errors.ts';
import { SearchEngine } from '../engine/search-engine.ts';
import { pixelsOf } from './bitmap-pixels.ts';
import { ORT_WASM } from './ort-wasm.ts';
import { ProgressMeter } from './progress-meter.ts';

type OnProgress = (progress: Progress) => void;

interface Opened {
  readonly engine: SearchEngine;
  readonly notices: () => ReturnType<CachedSource['notices']>;
}

let bundleUrl: string | null = null;
let opened: Promise<Opened> | null = null;
// Events of files go to whoever waits now: the model of a bundle may be loaded by a later call.
let report: OnProgress = () => undefined;

async function openBundle(url: string): Promise<Opened> {
  const meter = new ProgressMeter();
  const store = createResilientStore(() => openIdbStore());
  const cache = new AssetCache(store, (ref, loaded, cached) =>
    report(meter.update(ref, loaded, cached)),
  );
  const source = new CachedSource(url, cache, (manifest) => meter.expect(manifest, [ORT_WASM]));
  const engine = await SearchEngine.open(source, {
    createEmbedder: async (spec, weights) =>
      (await import('./onnx-browser.ts')).createBrowserEmbedder(spec, weights, cache),
    createHnswIndex: async (graph, vectors, dimension) =>
      (await import('./hnsw-browser.ts')).createBrowserHnswIndex(graph, vectors, dimension),
  });
  return { engine, notices: () => [...store.notices(), ...source.notices()] };
}

function current(): Promise<Opened> {
  if (bundleUrl === null)
    throw new SoutuError('WorkerError', 'The worker was asked before open().');
  if (!opened) {
    const opening = openBundle(bundleUrl);
    opened = opening;
    // A failure is not kept: the next call tries again.
    opening.catch(() => {
      if (opened === opening) opened = null;
    });
  }
  return opened;
}

/** Where a file is gone, a new release was put in place meanwhile: that one is opened, once. */
async function withBundle<T>(work: (bundle: Opened) => Promise<T>): Promise<T> {
  const before = await current();
  try {
    return await work(before);
  } catch (error) {
    if (!(error instanceof MissingFileError)) throw error;
    opened = null;
    await before.engine.dispose();
    return work(await current());
  }
}

const api: WorkerApi = {
  open(url, onProgress) {
    report = onProgress;
    onProgress({ step: 'manifest' });
    bundleUrl = url;
    return withBundle(async ({ engine, notices }) => {
      await engine.preload(onProgress);
      return engine.info(notices());
    });
  },

  search(query, options, onProgress) {
    report = onProgress;
    const asked = toQuery(query);
    return withBundle(async ({ engine, notices }) => {
      const response = await engine.search(asked, options, onProgress);
      return { ...response, notices: [...notices(), ...response.notices] };
    });
  },

  embed(photo) {
    const pixels = 'data' in photo ? photo : pixelsOf(photo);
    return withBundle(({ engine }) => engine.embed(pixels));
  },
};

function toQuery(query: WorkerQuery): Query {
  return 'bitmap' in query ? { photo: pixelsOf(query.bitmap) } : query;
}

expose(api);
