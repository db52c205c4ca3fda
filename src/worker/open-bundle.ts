/** One bundle, opened in the worker: where its files come from, and the runtimes that search it. */

import { DATABASE } from '../browser/database.ts';
import type { LoadCost, Release, WorkerSettings } from '../browser/worker-api.ts';
import { AssetCache } from '../cache/asset-cache.ts';
import { CachedSource, makeRoomFor } from '../cache/cached-source.ts';
import { openIdbStore } from '../cache/idb-store.ts';
import { createResilientStore } from '../cache/resilient-store.ts';
import { infoOf } from '../core/bundle/info.ts';
import type { Manifest } from '../core/bundle/manifest.ts';
import type { BundleInfo, Notice, Progress } from '../core/contract.ts';
import type { FileRef } from '../core/file-ref.ts';
import { SearchEngine } from '../engine/search-engine.ts';
import { EngineChooser } from './engines/choose-engine.ts';
import type { Pauses } from './engines/contest.ts';
import { ALL_ENGINE_FILES, type BrowserEngine } from './engines/embedders.ts';
import { ProgressMeter } from './progress-meter.ts';

/** The service worker has a budget of its own; here the list itself is meant to stay short. */
const MAX_OFFLINE_THUMBS = 800;

/**
 * What a search needs arrives side by side:
 *
 *     manifest ─┬─▶ items, vectors ──────────────▶ engine: any search
 *               └─▶ scripts, weights, runtime ───▶ embedder: a search by photo, begun when one is asked
 */
export class OpenBundle {
  /** Items and vectors, and what searches them. */
  readonly engine: Promise<SearchEngine>;
  readonly #url: string;
  readonly #cache: AssetCache;
  readonly #source: CachedSource;
  readonly #manifest: () => Manifest;
  readonly #chooser: () => EngineChooser;
  /** Done when its loads have ended; their bytes are not held. */
  #prefetching: Promise<void> | null = null;
  readonly notices: () => readonly Notice[];

  private constructor(
    url: string,
    cache: AssetCache,
    source: CachedSource,
    manifest: () => Manifest,
    chooser: () => EngineChooser,
    engine: Promise<SearchEngine>,
    notices: () => readonly Notice[],
  ) {
    this.#url = url;
    this.#cache = cache;
    this.#source = source;
    this.#manifest = manifest;
    this.#chooser = chooser;
    this.engine = engine;
    this.notices = notices;
  }

  /**
   * As soon as the manifest is there; what goes wrong after it rejects `engine`.
   * @param url absolute URL of the bundle's folder
   * @throws what `SearchEngine.open` throws
   */
  static async open(
    url: string,
    release: Release,
    settings: WorkerSettings,
    onFiles: (progress: Progress) => void,
  ): Promise<OpenBundle> {
    const meter = new ProgressMeter();
    let chooser: EngineChooser | null = null;
    const store = createResilientStore(
      () => openIdbStore(DATABASE, forgotten),
      (device, key) => makeRoomFor(url, device, key),
    );
    const { optional } = store;
    // A visitor who has all forgotten does not want it back before he asks again.
    function forgotten() {
      optional.close();
      chooser?.end();
    }
    const cache = new AssetCache(store, (ref, loaded, cached) =>
      onFiles(meter.update(ref, loaded, cached)),
    );
    let latest: Manifest | null = null;
    let tellKnown = () => {};
    const known = new Promise<void>((resolve) => {
      tellKnown = resolve;
    });
    const source = new CachedSource(url, cache, {
      release,
      engine: ALL_ENGINE_FILES,
      onManifest(manifest) {
        meter.expect(manifest, []);
        const onFile = (ref: FileRef) => meter.add(ref);
        const bundle = source.where;
        const choosing = { spec: manifest.model, settings, cache, optional, bundle, onFile };
        chooser = new EngineChooser(choosing);
        void chooser.order.then((order) => {
          if (latest === manifest) meter.expect(manifest, filesOfFirst(order));
        });
        // A release that is swapped between manifest and files has the engine ask for another.
        latest = manifest;
        tellKnown();
      },
    });
    const current = () => chooser as unknown as EngineChooser;
    const engine = SearchEngine.open(source, {
      embeddersFor: async () => (await current().order).map(({ make }) => make),
      onEngineFailure: (maker, error) => current().onFailure(maker, error),
      createHnswIndex: async (graph, vectors, dimension) =>
        (await import('./hnsw-browser.ts')).createBrowserHnswIndex(graph, vectors, dimension),
    });
    try {
      await Promise.race([known, engine]);
    } catch (error) {
      store.close();
      throw error;
    }
    const notices = () => [...store.notices(), ...source.notices()];
    const manifest = () => latest as unknown as Manifest;
    return new OpenBundle(url, cache, source, manifest, current, engine, notices);
  }

  get manifest(): Manifest {
    return this.#manifest();
  }

  readonly info = (): BundleInfo => infoOf(this.manifest, this.notices());

  /** Begins to load what a search by photo needs, beside items and vectors; whoever asks shares the loads. */
  prefetch(): void {
    if (this.#prefetching) return;
    const loads: Promise<unknown>[] = [
      this.#chooser().order.then((order) => Promise.all(firstOf(order)?.prefetch() ?? [])),
      ...this.manifest.model.weights.files.map((ref) => this.#source.read(ref)),
    ];
    // What fails is told to whoever comes to need it.
    this.#prefetching = Promise.allSettled(loads).then(() => undefined);
  }

  /** After an answer: finds out in pauses which engine is the quickest on this device. */
  async measure(pauses: Pauses): Promise<void> {
    await this.#chooser().tryInPauses((await this.engine).model, pauses);
  }

  /** All thumbnails where they are few. */
  async thumbs(): Promise<string[]> {
    const { items } = await this.engine;
    if (items.length > MAX_OFFLINE_THUMBS) return [];
    return items.flatMap(({ thumb }) => (thumb ? [new URL(thumb, `${this.#url}/`).href] : []));
  }

  /** Bytes that the device does not have yet. */
  async cost(): Promise<LoadCost> {
    const { items, index, model } = this.manifest;
    const [indexBytes, modelBytes, engineBytes] = await Promise.all([
      this.#cache.missing([...items, ...index.vectors]),
      this.#cache.missing(model.weights.files),
      this.#cache.missing(filesOfFirst(await this.#chooser().order)),
    ]);
    return { index: indexBytes, model: modelBytes, engine: engineBytes };
  }

  async dispose(): Promise<void> {
    this.#chooser().end();
    const engine = await this.engine.catch(() => null);
    await engine?.dispose();
    // Files that the next release names, too, are still kept when they come.
    void (this.#prefetching ?? Promise.resolve()).then(() => this.#cache.store.close());
  }
}

/** Of those that may run the model the one that is tried first; one that is known to be unable needs no files. */
function firstOf(order: readonly BrowserEngine[]): BrowserEngine | undefined {
  return order.find(({ file }) => file !== null);
}

function filesOfFirst(order: readonly BrowserEngine[]): FileRef[] {
  const file = firstOf(order)?.file;
  return file ? [file] : [];
}
