/**
 * One bundle, ready to be asked: the same class behind the worker and the command line. What differs
 * between them (where files come from, how runtimes are loaded) is handed in.
 */
import { Bundle } from '../core/bundle/bundle.ts';
import type { HnswGraph } from '../core/bundle/graph.ts';
import { infoOf } from '../core/bundle/info.ts';
import type { BundleSource } from '../core/bundle/source.ts';
import type {
  BundleInfo,
  CallOptions,
  CancelSignal,
  Notice,
  Progress,
  Query,
  SearchOptions,
  SearchResponse,
} from '../core/contract.ts';
import { MissingFileError, messageOf, SoutuError } from '../core/errors.ts';
import type { RgbaImage } from '../core/image/pixels.ts';
import { groupOf, type IndexedItem } from '../core/item.ts';
import { lazy } from '../core/lazy.ts';
import type { ModelSpec } from '../core/model/spec.ts';
import { facetsOf } from '../core/search/facets.ts';
import { matcher } from '../core/search/filter.ts';
import { type CheckedOptions, checkOptions } from '../core/search/options.ts';
import { type Ranked, rank } from '../core/search/rank.ts';
import { centred } from '../core/vector/centre.ts';
import { createExactIndex } from './exact-index.ts';
import type { EmbedderMaker, OnFailure } from './open-embedder.ts';
import { checkVector, rowOfId } from './query.ts';
import { type Embedded, RunningModel } from './running-model.ts';
import type { VectorIndex } from './vector-index.ts';

declare const performance: { now(): number };

/** Up to here the exact scan is as quick as a graph, and needs no graph to be fetched. */
export const EXACT_UP_TO = 5000;

/** The runtimes, as Node or a worker loads them. */
export interface EngineParts {
  /** What may run the model, the best first. */
  embeddersFor(spec: ModelSpec): readonly EmbedderMaker[] | Promise<readonly EmbedderMaker[]>;
  readonly onEngineFailure?: OnFailure;
  /** @throws where the runtime cannot start; the exact scan answers then */
  createHnswIndex(graph: HnswGraph, vectors: Float32Array, dimension: number): Promise<VectorIndex>;
  /** Largest catalogue that is scanned by default; `EXACT_UP_TO` if not given. */
  readonly exactUpTo?: number;
}

type OnProgress = (progress: Progress) => void;
const silent: OnProgress = () => undefined;

export class SearchEngine {
  readonly bundle: Bundle;
  readonly items: readonly IndexedItem[];
  readonly exact: VectorIndex;
  readonly model: RunningModel;
  readonly #vectors: Float32Array;
  readonly #exactUpTo: number;
  readonly #hnsw;
  #hnswFailure: string | null = null;
  #allFacets: readonly string[] | null = null;

  private constructor(
    bundle: Bundle,
    items: readonly IndexedItem[],
    vectors: Float32Array,
    parts: EngineParts,
  ) {
    const { dimension } = bundle.manifest.index;
    this.bundle = bundle;
    this.items = items;
    this.exact = createExactIndex(vectors, dimension);
    this.#vectors = vectors;
    this.#exactUpTo = parts.exactUpTo ?? EXACT_UP_TO;
    this.model = new RunningModel(
      async () => parts.embeddersFor(bundle.manifest.model),
      () => bundle.weights(),
      parts.onEngineFailure,
    );
    this.#hnsw = lazy(async () => {
      const graph = await bundle.graph();
      return graph ? parts.createHnswIndex(graph, vectors, dimension) : null;
    });
  }

  /**
   * Reads manifest, items and vectors; model and graph follow when they are needed.
   * @throws SoutuError `BundleError`, `ModelError`, `NetworkError`
   */
  static async open(source: BundleSource, parts: EngineParts): Promise<SearchEngine> {
    const open = async () => {
      const bundle = await Bundle.open(source);
      const [items, vectors] = await Promise.all([bundle.items(), bundle.vectors()]);
      return new SearchEngine(bundle, items, vectors, parts);
    };
    try {
      return await open();
    } catch (error) {
      // A release may have been swapped between manifest and files: the new manifest names new ones.
      if (error instanceof MissingFileError) return open();
      throw error;
    }
  }

  info(notices: readonly Notice[] = []): BundleInfo {
    return infoOf(this.bundle.manifest, notices);
  }

  /** Loads the model, so that the first photo need not wait. */
  async preload(onProgress: OnProgress = silent): Promise<void> {
    if (!this.model.started) onProgress({ step: 'engine' });
    await this.model.open();
  }

  /** The plain embedding of a photo: unit length, not centred. */
  async embed(photo: RgbaImage, signal?: CancelSignal): Promise<Float32Array> {
    return (await this.model.embed(photo, signal)).vector;
  }

  /**
   * @throws SoutuError `UsageError` for options and ids that are not there, `PhotoError`, `ModelError`;
   * the signal's reason
   */
  async search(
    query: Query,
    options: SearchOptions = {},
    { signal, onProgress = silent }: CallOptions = {},
  ): Promise<SearchResponse> {
    const start = performance.now();
    const checked = this.#check(options);
    const { unit, plain, ownRow, embedded: read } = await this.#resolve(query, onProgress, signal);
    signal?.throwIfAborted();
    const embedded = performance.now();
    onProgress({ step: 'search' });
    const found = await this.#find(unit, ownRow, checked);
    const end = performance.now();
    return {
      hits: found.hits,
      total: found.total,
      totalRelation: found.totalRelation,
      facets: found.facets,
      timings: { embed: embedded - start, search: end - embedded, total: end - start },
      engine: {
        index: found.engine,
        embedder: read?.engine ?? null,
        ...(read?.threads && read.threads > 1 ? { threads: read.threads } : {}),
      },
      model: this.bundle.manifest.model.name,
      minScore: checked.minScore,
      vector: plain,
      queryItem: ownRow < 0 ? null : (this.items[ownRow] as IndexedItem),
      notices: [
        ...(read?.failures.map((reason) => embedderNotice(reason)) ?? []),
        ...(this.#hnswFailure && !checked.exact ? [indexNotice(this.#hnswFailure)] : []),
      ],
    };
  }

  async dispose(): Promise<void> {
    this.exact.dispose();
    // What fails to load meanwhile has nothing to give back.
    const graph = this.#hnsw.started()?.catch(() => null);
    const [hnsw] = await Promise.all([graph, this.model.dispose()]);
    hnsw?.dispose();
  }

  #check(options: SearchOptions): CheckedOptions {
    const checked = checkOptions(options, this.bundle.manifest.index.calibration.minScore);
    if (!checked.facets.includes('*')) return checked;
    this.#allFacets ??= facetsOf(this.items);
    const named = checked.facets.filter((attribute) => attribute !== '*');
    return { ...checked, facets: [...new Set([...named, ...this.#allFacets])] };
  }

  /** The query as the index compares it, and as it can be asked again. */
  async #resolve(query: Query, onProgress: OnProgress, signal?: CancelSignal) {
    const { dimension } = this.bundle.manifest.index;
    if ('id' in query) {
      const row = rowOfId(this.items, query.id);
      const unit = this.#vectors.subarray(row * dimension, (row + 1) * dimension);
      return { unit, plain: null, ownRow: row, embedded: null };
    }
    let embedded: Embedded | null = null;
    if ('photo' in query) {
      await this.preload(onProgress);
      onProgress({ step: 'embed' });
      embedded = await this.model.embed(query.photo, signal);
    }
    const plain =
      embedded?.vector ?? checkVector((query as { vector: Float32Array }).vector, dimension);
    return { unit: centred(plain, this.bundle.centre), plain, ownRow: -1, embedded };
  }

  async #find(unit: Float32Array, ownRow: number, options: CheckedOptions): Promise<Found> {
    // Counted beside its filter, an attribute needs the items that the filter leaves out.
    const beside = options.facets.some((attribute) => Object.hasOwn(options.filter, attribute));
    const matches = matcher(beside ? {} : options.filter);
    const own = ownRow < 0 ? null : groupOf(this.items[ownRow] as IndexedItem);
    const accept = (row: number) => {
      const item = this.items[row] as IndexedItem;
      return row !== ownRow && matches(item) && !(options.group && groupOf(item) === own);
    };
    const hnsw = await this.#hnswFor(options, accept);
    const approximate = hnsw && searchGraph(hnsw, unit, accept, this.items, options);
    if (approximate) return approximate;
    const neighbours = this.exact.search(unit, this.exact.count, { accept });
    return { ...rank(neighbours, this.items, options), engine: 'exact', totalRelation: 'eq' };
  }

  /** The graph where it is worth its while: many items, and a filter that leaves many. */
  async #hnswFor(
    options: CheckedOptions,
    accept: (row: number) => boolean,
  ): Promise<VectorIndex | null> {
    if (options.exact || this.items.length <= this.#exactUpTo) return null;
    // An order of its own is one of all hits, not of the nearest.
    if (options.sort) return null;
    if (Object.keys(options.filter).length > 0) {
      const left = this.items.reduce((n, _, row) => n + (accept(row) ? 1 : 0), 0);
      if (left <= this.#exactUpTo) return null;
    }
    try {
      const index = await this.#hnsw();
      this.#hnswFailure = null;
      return index;
    } catch (error) {
      // A graph that is broken is a broken bundle; a runtime that cannot start here has a substitute.
      if (error instanceof SoutuError && error.name !== 'IndexError') throw error;
      this.#hnswFailure = messageOf(error);
      return null;
    }
  }
}

type Found = Ranked & Pick<SearchResponse, 'totalRelation'> & { engine: 'exact' | 'hnsw' };

/** @returns null where the graph would have to be walked almost whole: a scan is quicker then */
function searchGraph(
  index: VectorIndex,
  unit: Float32Array,
  accept: (row: number) => boolean,
  items: readonly IndexedItem[],
  options: CheckedOptions,
): Found | null {
  const wanted = options.from + options.size;
  // Several neighbours may fall into one group: look further, and further still where that was too near.
  for (let k = Math.max(options.ef, options.group ? wanted * 4 : wanted); ; k *= 4) {
    if (k * 4 > items.length) return null;
    const neighbours = index.search(unit, k, { ef: Math.max(options.ef, k), accept });
    const ranked = rank(neighbours, items, options);
    const reachedCutOff = (neighbours.at(-1)?.score ?? -1) < options.minScore;
    if (reachedCutOff || ranked.hits.length === options.size) {
      return { ...ranked, engine: 'hnsw', totalRelation: reachedCutOff ? 'eq' : 'gte' };
    }
  }
}

function embedderNotice(reason: string): Notice {
  return {
    code: 'engine-fallback',
    message: `The first choice of engine cannot run here, the photo was read by another one. (${reason})`,
  };
}

function indexNotice(reason: string): Notice {
  return {
    code: 'engine-fallback',
    message: `The graph index cannot run here, all items were compared instead. (${reason})`,
  };
}
