/** The worker: engine and cache behind the contract, one bundle each. */
import { expose } from 'comlink';
import { AssetCache } from '../cache/asset-cache.ts';
import { CachedSource } from '../cache/cached-source.ts';
import { openIdbStore } from '../cache/idb-store.ts';
import { createResilientStore } from '../cache/resilient-store.ts';
import type { Progress, Query, WorkerApi, WorkerQuery } from '../core/contract.ts';
import { SoutuError } from '../core/errors.ts';
import { SearchEngine } from '../engine/search-engine.ts';
import { pixelsOf } from './bitmap-pixels.ts';
import { ORT_WASM } from './ort-wasm.ts';
import { ProgressMeter } from './progress-meter.ts';

type OnProgress = (progress: Progress) => void;

interface Opened {
  readonly engine: SearchEngine;
  readonly notices: () => ReturnType<CachedSource['notices']>;
}

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
  if (!opened) throw new SoutuError('WorkerError', 'The worker was asked before open().');
  return opened;
}

const api: WorkerApi = {
  async open(url, onProgress) {
    report = onProgress;
    onProgress({ step: 'manifest' });
    opened ??= openBundle(url);
    // A failure is not kept: the next call tries again.
    opened.catch(() => {
      opened = null;
    });
    const { engine, notices } = await opened;
    await engine.preload(onProgress);
    return engine.info(notices());
  },

  async search(query, options, onProgress) {
    const { engine, notices } = await current();
    report = onProgress;
    const response = await engine.search(toQuery(query), options, onProgress);
    return { ...response, notices: [...notices(), ...response.notices] };
  },

  async embed(photo) {
    const { engine } = await current();
    return engine.embed('data' in photo ? photo : pixelsOf(photo));
  },
};

function toQuery(query: WorkerQuery): Query {
  return 'bitmap' in query ? { photo: pixelsOf(query.bitmap) } : query;
}

expose(api);
