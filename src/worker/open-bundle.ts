/** One bundle, opened in the worker: where its files come from, and the runtimes that search it. */
import { AssetCache } from '../cache/asset-cache.ts';
import { CachedSource, makeRoomFor } from '../cache/cached-source.ts';
import { openIdbStore } from '../cache/idb-store.ts';
import { createResilientStore } from '../cache/resilient-store.ts';
import type { BundleInfo, LoadCost, Notice, Progress, Release } from '../core/contract.ts';
import { SearchEngine } from '../engine/search-engine.ts';
import { ORT_WASM } from './ort-wasm.ts';
import { ProgressMeter } from './progress-meter.ts';

/** As many as the service worker keeps; about 3 kB each. */
const MAX_OFFLINE_THUMBS = 800;

export class OpenBundle {
  readonly engine: SearchEngine;
  readonly #url: string;
  readonly #cache: AssetCache;
  readonly notices: () => readonly Notice[];

  private constructor(
    engine: SearchEngine,
    url: string,
    cache: AssetCache,
    notices: () => readonly Notice[],
  ) {
    this.engine = engine;
    this.#url = url;
    this.#cache = cache;
    this.notices = notices;
  }

  /**
   * @param url absolute URL of the bundle's folder
   * @throws what `SearchEngine.open` throws
   */
  static async open(
    url: string,
    release: Release,
    onFiles: (progress: Progress) => void,
  ): Promise<OpenBundle> {
    const meter = new ProgressMeter();
    const store = createResilientStore(
      () => openIdbStore(),
      (device, key) => makeRoomFor(url, device, key),
    );
    const cache = new AssetCache(store, (ref, loaded, cached) =>
      onFiles(meter.update(ref, loaded, cached)),
    );
    const source = new CachedSource(url, cache, {
      release,
      engine: [ORT_WASM],
      onManifest: (manifest) => meter.expect(manifest, [ORT_WASM]),
    });
    const engine = await SearchEngine.open(source, {
      createEmbedder: async (spec, weights) =>
        (await import('./onnx-browser.ts')).createBrowserEmbedder(spec, weights, cache),
      createHnswIndex: async (graph, vectors, dimension) =>
        (await import('./hnsw-browser.ts')).createBrowserHnswIndex(graph, vectors, dimension),
    });
    return new OpenBundle(engine, url, cache, () => [...store.notices(), ...source.notices()]);
  }

  readonly info = (): BundleInfo => this.engine.info(this.notices());

  /** All thumbnails where they are few. */
  thumbs(): string[] {
    const { items } = this.engine;
    if (items.length > MAX_OFFLINE_THUMBS) return [];
    return items.flatMap(({ thumb }) => (thumb ? [new URL(thumb, `${this.#url}/`).href] : []));
  }

  /** Bytes that the device does not have yet. */
  async cost(): Promise<LoadCost> {
    const { items, index, model } = this.engine.bundle.manifest;
    const [indexBytes, modelBytes, engineBytes] = await Promise.all([
      this.#cache.missing([...items, ...index.vectors]),
      this.#cache.missing(model.weights.files),
      this.#cache.missing([ORT_WASM]),
    ]);
    return { index: indexBytes, model: modelBytes, engine: engineBytes };
  }

  forget(): Promise<void> {
    return this.#cache.forget();
  }

  dispose(): Promise<void> {
    return this.engine.dispose();
  }
}
