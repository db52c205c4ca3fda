/** A bundle opened in the worker: the source of its files, and the runtimes that search it. */

import { bundleFile } from '../browser/bundle-url.ts';
import { DATABASE } from '../browser/database.ts';
import type {
  EarlyBytes,
  KeptIndex,
  KeyedBundle,
  LoadCost,
  OfflineLimit,
  Release,
  WorkerSettings,
} from '../browser/worker-api.ts';
import { AssetCache } from '../cache/asset-cache.ts';
import { CachedSource, makeRoomFor } from '../cache/cached-source.ts';
import { openIdbStore } from '../cache/idb-store.ts';
import { createResilientStore, type ResilientStore } from '../cache/resilient-store.ts';
import { infoOf } from '../core/bundle/info.ts';
import type { Manifest } from '../core/bundle/manifest.ts';
import { openingFilesOf, softFilesOf } from '../core/bundle/manifest-files.ts';
import type { BundleInfo, Notice, Progress } from '../core/contract.ts';
import { MissingFileError, SoutuError } from '../core/errors.ts';
import type { FileRef } from '../core/file-ref.ts';
import type { ItemDetails } from '../core/item.ts';
import { loadScript } from '../core/load-script.ts';
import type { Retriever } from '../engine/retriever.ts';
import { type Runtimes, SearchEngine } from '../engine/search-engine.ts';
import { ALL_ENGINE_FILES, type BrowserEngine } from './engines/browser-engines.ts';
import { ModelEngines } from './model-engines.ts';
import type { PauseSource } from './pauses.ts';
import { ProgressMeter } from './progress-meter.ts';

/** The most bytes of details that are kept for offline use, as many as of thumbnails: about 50,000 items. */
const MAX_OFFLINE_DETAILS = 8_000_000;

/** More than a visitor expects a page to download for later; an index in parts of about 30,000 items, with details. */
const MAX_OFFLINE_INDEX = 8_000_000;

/** Keeps the list short; the service worker limits the bytes. */
const MAX_OFFLINE_THUMBS = 800;

/** What the worker needs of an engine, whichever searches. */
export type AnyEngine = Pick<
  SearchEngine,
  'bundle' | 'model' | 'preload' | 'embedTrimmed' | 'search' | 'dispose'
>;

/** A release of the bundle whose manifest has been read. */
interface OpenRelease {
  readonly manifest: Manifest;
  readonly engines: ModelEngines;
}

/**
 * The files that a search needs are loaded in parallel:
 *
 *     manifest ─┬─▶ columns, vectors ────────────▶ engine: any search; details for each page of hits
 *               └─▶ scripts, weights, runtime ───▶ embedder: search by photo, loaded when one is asked for
 */
export class OpenBundle {
  /** The search engine with its columns and vectors, or with the model alone if a service searches. */
  readonly engine: Promise<AnyEngine>;
  readonly #url: string;
  readonly #settings: WorkerSettings;
  readonly #store: ResilientStore;
  readonly #cache: AssetCache;
  readonly #source: CachedSource;
  readonly #meter = new ProgressMeter();
  readonly #firstManifest: Promise<void>;
  /** The newest: if a release is published between manifest and files, the engine reads the next manifest. */
  #release: OpenRelease | null = null;
  /** Over several bundles, once they are open. */
  #union: Retriever | null = null;
  /** Resolves when its loads have ended; does not keep their bytes in memory. */
  #prefetching: Promise<void> | null = null;
  /** How far an index in parts is loaded for offline searches; null until `keepIndex` is called. */
  #kept: KeptIndex | null = null;

  private constructor(
    url: string,
    release: Release,
    settings: WorkerSettings,
    onFiles: (progress: Progress) => void,
    early: EarlyBytes,
  ) {
    this.#url = url;
    this.#settings = settings;
    this.#store = createResilientStore(
      () => openIdbStore(DATABASE, () => this.#stopStoring()),
      (device, key) => makeRoomFor(url, device, key),
    );
    this.#cache = new AssetCache(this.#store, (ref, loaded, cached) =>
      onFiles(this.#meter.update(ref, loaded, cached)),
    );
    let onFirst = () => {};
    this.#firstManifest = new Promise((resolve) => {
      onFirst = resolve;
    });
    this.#source = new CachedSource(url, this.#cache, {
      release,
      engine: ALL_ENGINE_FILES,
      mirrors: settings.mirrors ?? [],
      slowLine: settings.slowLine ?? false,
      early,
      onManifest: (manifest) => {
        this.#use(manifest);
        onFirst();
      },
    });
    const runtimes: Runtimes = {
      embeddersFor: async () => (await this.#current.engines.order).map(({ make }) => make),
      onEngineFailure: (maker, error) => this.#current.engines.onFailure(maker, error),
    };
    const { remote, bundles } = settings;
    const own = bundles?.find((one) => one.url === url);
    if (bundles && own) {
      const others = bundles.filter((one) => one !== own);
      this.engine = this.#openSeveral(own, others, runtimes);
    } else {
      this.engine = remote
        ? openRemote(this.#source, runtimes, remote)
        : SearchEngine.open(this.#source, runtimes);
    }
  }

  /**
   * Resolves when the manifest has been read; later failures reject `engine`.
   * @param url absolute URL of the bundle's folder
   * @throws errors of `SearchEngine.open`
   */
  static async open(
    url: string,
    release: Release,
    settings: WorkerSettings,
    onFiles: (progress: Progress) => void,
    early: EarlyBytes,
  ): Promise<OpenBundle> {
    const bundle = new OpenBundle(url, release, settings, onFiles, early);
    try {
      await Promise.race([bundle.#firstManifest, bundle.engine]);
      return bundle;
    } catch (error) {
      bundle.#store.close();
      throw error;
    }
  }

  get manifest(): Manifest {
    return this.#current.manifest;
  }

  notices(): readonly Notice[] {
    // Those of the source say that a copy on this device is searched, which a service does not.
    const ofSource = this.#settings.remote ? [] : this.#source.notices();
    return [...this.#store.notices(), ...ofSource];
  }

  info(): BundleInfo {
    const info = infoOf(this.manifest, this.notices());
    return this.#union ? { ...info, count: this.#union.count } : info;
  }

  async #openSeveral(
    own: KeyedBundle,
    others: readonly KeyedBundle[],
    runtimes: Runtimes,
  ): Promise<SearchEngine> {
    const { openSeveral } = await loadScript(import('./several-bundles.ts'));
    const { leader, union } = await openSeveral({
      own,
      others,
      open: ({ url }) =>
        SearchEngine.open(
          url === own.url
            ? this.#source
            : new CachedSource(url, this.#cache, { engine: ALL_ENGINE_FILES }),
          runtimes,
        ),
      isGone: (error) => error instanceof MissingFileError,
    });
    const engine = SearchEngine.spanning(leader, union);
    this.#union = engine.retriever;
    return engine;
  }

  get #current(): OpenRelease {
    if (this.#release) return this.#release;
    throw new SoutuError('WorkerError', 'The bundle was used before its manifest was read.');
  }

  #use(manifest: Manifest): void {
    this.#release?.engines.end();
    this.#meter.expect(manifest, []);
    const engines = new ModelEngines({
      spec: manifest.model,
      settings: this.#settings,
      cache: this.#cache,
      optional: this.#store.optional,
      bundle: this.#source.where,
      onFile: (ref) => this.#meter.add(ref),
    });
    this.#release = { manifest, engines };
    void engines.order.then((order) => {
      if (this.#release?.engines === engines) this.#meter.expect(manifest, filesOfFirst(order));
    });
  }

  /** The visitor has deleted everything from the device: from now on, only files for requested calls are stored. */
  #stopStoring(): void {
    this.#store.optional.close();
    this.#release?.engines.end();
  }

  /** Starts to load the files for a search by photo; the search itself shares these loads. */
  prefetch(): void {
    if (this.#prefetching) return;
    const loads: Promise<unknown>[] = [
      this.#current.engines.order.then((order) => Promise.all(firstOf(order)?.prefetch() ?? [])),
      ...this.manifest.model.weights.files.map((ref) => this.#source.read(ref)),
    ];
    // A failure is reported to the call that needs the file.
    this.#prefetching = Promise.allSettled(loads).then(() => undefined);
  }

  /** Called after an answer: measures during pauses which engine is fastest. */
  async tune(pauses: PauseSource): Promise<void> {
    await this.#current.engines.tune((await this.engine).model, pauses);
  }

  /**
   * Loads the details of all items, so that an offline page can show the title of every hit, and the vectors for soft
   * photos. The details of earlier hits are already cached.
   * @returns all thumbnails, if there are few
   */
  async keepDetails(): Promise<string[]> {
    const { details } = this.manifest.items;
    const bytes = details.reduce((sum, file) => sum + file.bytes, 0);
    // Without all rows of the index, details of other items than earlier hits are of no use.
    if (this.offlineLimit() || this.#settings.savesData || bytes > MAX_OFFLINE_DETAILS) return [];
    for (const file of softFilesOf(this.manifest.index)) {
      await this.#source.read(file).catch(() => undefined);
    }
    const { bundle } = await this.engine;
    if (bundle.count <= MAX_OFFLINE_THUMBS) return this.#thumbs(await bundle.details.all());
    // One at a time, so that a search does not wait for them. A file that fails is loaded when it is displayed.
    for (const file of details) await this.#source.read(file).catch(() => undefined);
    return [];
  }

  /** What prevents searches without a connection; null if nothing does. */
  offlineLimit(): OfflineLimit | null {
    if (this.#settings.remote) return 'service';
    return this.manifest.index.type === 'parts' ? 'parts' : null;
  }

  /**
   * Begins to load what the device lacks of an index in parts, in pauses between searches, if it is small, searched alone, and
   * the visitor does not save data. A failure is not tried again before the next visit.
   * @returns how far that is, at once
   */
  keepIndex(pauses: PauseSource): KeptIndex {
    const { remote, bundles, savesData } = this.#settings;
    if (remote || bundles || savesData) return 'partly';
    if (this.#kept === null) {
      this.#kept = 'loading';
      this.#keepIndex(pauses).then(
        (isWhole) => {
          this.#kept = isWhole ? 'whole' : 'partly';
        },
        () => {
          this.#kept = 'partly';
        },
      );
    }
    return this.#kept;
  }

  async #keepIndex(pauses: PauseSource): Promise<boolean> {
    const { bundle } = await this.engine;
    const { index } = bundle.manifest;
    const [{ keepIndex }] = await Promise.all([
      loadScript(import('./keep-index.ts')),
      // Without a connection, the first filter could not load it.
      index.type === 'parts' && index.parts.postings
        ? loadScript(import('../engine/parts/posting-search.ts'))
        : null,
    ]);
    const device = {
      read: (ref: FileRef) => this.#source.read(ref),
      readPart: (ref: FileRef) => this.#source.readPart(ref),
      lackingParts: (refs: readonly FileRef[]) => this.#source.lackingParts(refs),
      stores: () => this.#store.notices().length === 0,
    };
    return keepIndex(bundle.manifest, device, MAX_OFFLINE_INDEX, () => pauses.pause());
  }

  #thumbs(items: readonly ItemDetails[]): string[] {
    return items.flatMap(({ thumb }) => (thumb ? [bundleFile(this.#url, thumb)] : []));
  }

  /** Bytes that are not on the device yet; of an index in parts, about those that a search downloads. */
  async cost(): Promise<LoadCost> {
    const { manifest } = this;
    const { remote } = this.#settings;
    const [indexBytes, modelBytes, engineBytes] = await Promise.all([
      remote ? 0 : this.#cache.missing(openingFilesOf(manifest)),
      this.#cache.missing(manifest.model.weights.files),
      this.#cache.missing(filesOfFirst(await this.#current.engines.order)),
    ]);
    const shardBytes = remote ? 0 : shardBytesOf(manifest);
    return { index: indexBytes + shardBytes, model: modelBytes, engine: engineBytes };
  }

  async dispose(): Promise<void> {
    this.#current.engines.end();
    const engine = await this.engine.catch(() => null);
    await engine?.dispose();
    // Loads in progress still end in the cache, because the next release may need the same files.
    void (this.#prefetching ?? Promise.resolve()).then(() => this.#store.close());
  }
}

/** What a search downloads of an index in parts besides the root, on average: which shards it needs, the photo decides. */
function shardBytesOf({ index }: Manifest): number {
  if (index.type !== 'parts') return 0;
  const { cold, root, delta } = index.parts;
  return Math.max(0, Math.round(cold.bytes - root.bytes - (delta?.file.bytes ?? 0)));
}

async function openRemote(source: CachedSource, runtimes: Runtimes, service: string) {
  const { RemoteEngine } = await loadScript(import('./remote-search.ts'));
  return RemoteEngine.open(source, runtimes, service);
}

/** The engine to try first, skipping those that are known not to run on this device. */
function firstOf(order: readonly BrowserEngine[]): BrowserEngine | undefined {
  return order.find(({ file }) => file !== null);
}

function filesOfFirst(order: readonly BrowserEngine[]): FileRef[] {
  const file = firstOf(order)?.file;
  return file ? [file] : [];
}
