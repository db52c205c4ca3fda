/**
 * Search in one bundle: embedder + retriever + ranking. The worker and the command line use the same class; what
 * differs between them (where files come from, how runtimes are loaded) is passed in.
 */
import { Bundle } from '../core/bundle/bundle.ts';
import { infoOf, thresholdsOf } from '../core/bundle/info.ts';
import type { BundleCodes } from '../core/bundle/read-codes.ts';
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
import { MissingFileError, SoutuError } from '../core/errors.ts';
import type { RgbaImage } from '../core/image/pixels.ts';
import type { SearchItem } from '../core/item.ts';
import { lazy } from '../core/lazy.ts';
import { loadScript } from '../core/load-script.ts';
import type { ModelSpec } from '../core/model/spec.ts';
import { createItemTable, type ItemTable } from '../core/search/item-table.ts';
import { unlessAborted } from '../core/unless-aborted.ts';
import { answer, completeOptions } from './answer.ts';
import { BundleRetriever } from './bundle-retriever.ts';
import { embedTrimmed } from './embed-trimmed.ts';
import { FlatRetriever, type RowScores, ScanRetriever } from './flat-retriever.ts';
import type { EmbedderMaker, OnFailure } from './open-embedder.ts';
import { type EmbeddedFrame, resolveQuery } from './resolve-query.ts';
import type { Retriever } from './retriever.ts';
import { RunningModel } from './running-model.ts';

declare const performance: { now(): number };

/** The runtimes, loaded by Node or a worker. */
export interface Runtimes {
  /** Embedders that may run the model, best first. */
  embeddersFor(spec: ModelSpec): readonly EmbedderMaker[] | Promise<readonly EmbedderMaker[]>;
  readonly onEngineFailure?: OnFailure;
  /** Largest catalogue that is scanned by default; `FLAT_UP_TO` if not given. */
  readonly flatUpTo?: number;
}

type OnProgress = (progress: Progress) => void;
const silent: OnProgress = () => undefined;

export class SearchEngine {
  readonly bundle: Bundle;
  readonly retriever: Retriever;
  readonly model: RunningModel;
  readonly #soft: () => Promise<Retriever | null>;

  private constructor(
    bundle: Bundle,
    retriever: Retriever,
    soft: () => Promise<Retriever | null>,
    runtimes: Runtimes | RunningModel,
  ) {
    this.bundle = bundle;
    this.retriever = retriever;
    this.#soft = soft;
    this.model =
      runtimes instanceof RunningModel
        ? runtimes
        : new RunningModel(
            async () => runtimes.embeddersFor(bundle.manifest.model),
            () => bundle.weights(),
            runtimes.onEngineFailure,
          );
  }

  /**
   * Reads manifest, columns and vectors; begins to read the root of an index in parts. Details, model, graph and shards are
   * loaded when they are needed.
   * @throws SoutuError `BundleError`, `ModelError`, `NetworkError`
   */
  static async open(source: BundleSource, runtimes: Runtimes): Promise<SearchEngine> {
    const open = async () => {
      const bundle = await Bundle.open(source);
      const { details } = bundle;
      if (bundle.manifest.index.type === 'parts') {
        // The script of codes, which that of parts imports, is asked for beside it instead of after it.
        const [{ openParts }] = await Promise.all([
          loadScript(import('./parts/open-parts.ts')),
          loadScript(import('../core/codes/score.ts')),
        ]);
        return new SearchEngine(bundle, openParts(bundle), softOf(bundle), runtimes);
      }
      // A small catalogue needs them for its first hits; loading in parallel saves a round trip. The hits do without those
      // that fail.
      if (details.files.length === 1) details.all().catch(() => undefined);
      const [items, scores] = await Promise.all([bundle.columns(), openScores(bundle)]);
      const { dimension } = bundle.manifest.index;
      const table = itemTableOf(bundle, items);
      const flat =
        scores instanceof Float32Array
          ? new FlatRetriever(scores, dimension, table)
          : new ScanRetriever(scores, table);
      const retriever = new BundleRetriever(flat, () => bundle.graph(), runtimes.flatUpTo);
      return new SearchEngine(bundle, retriever, softOf(bundle, table), runtimes);
    };
    try {
      return await open();
    } catch (error) {
      // A new release may have been published since the manifest was read; its manifest references other files.
      if (error instanceof MissingFileError) return open();
      throw error;
    }
  }

  /** Searches other rows with the model of an engine, whose space they have. Soft photos are compared like others. */
  static spanning(of: SearchEngine, retriever: Retriever): SearchEngine {
    return new SearchEngine(of.bundle, retriever, async () => null, of.model);
  }

  info(notices: readonly Notice[] = []): BundleInfo {
    return infoOf(this.bundle.manifest, notices);
  }

  /** Loads the model in advance, so that the first photo does not wait for it. */
  async preload(onProgress: OnProgress = silent): Promise<void> {
    if (!this.model.started) onProgress({ step: 'engine' });
    await this.model.open();
  }

  /**
   * Embeds a photo as the catalogue's photos were embedded: without borders, if they were trimmed.
   * @param trim false to embed the whole photo
   */
  async embedTrimmed(
    photo: RgbaImage,
    trim: boolean,
    signal?: CancelSignal,
  ): Promise<EmbeddedFrame> {
    return embedTrimmed(this.model, this.bundle.manifest, photo, trim, signal);
  }

  /** The plain embedding of a whole photo: unit length, not centred. */
  async embed(photo: RgbaImage, signal?: CancelSignal): Promise<Float32Array> {
    return (await this.model.embed(photo, signal)).vector;
  }

  /**
   * @throws SoutuError `UsageError` for unknown options and ids, and for parts of a query that cannot be combined;
   *   `PhotoError`; `ModelError`; the signal's reason
   */
  async search(
    query: Query,
    options: SearchOptions = {},
    { signal, onProgress = silent, onFirstHits }: CallOptions = {},
  ): Promise<SearchResponse> {
    const start = performance.now();
    // A file that hangs would hold the caller up.
    const unlessEnded = <T>(work: Promise<T>) => unlessAborted(work, signal);
    const checked = await unlessEnded(completeOptions(options, this.retriever));
    const resolved = await resolveQuery(query, {
      retriever: {
        dimension: this.retriever.dimension,
        get: (...args) => unlessEnded(this.retriever.get(...args)),
      },
      space: this.bundle.space,
      signal,
      embed: async (photo, trim) => {
        await this.preload(onProgress);
        onProgress({ step: 'embed' });
        return this.embedTrimmed(photo, trim, signal);
      },
    });
    signal?.throwIfAborted();
    const embedded = performance.now();
    onProgress({ step: 'search' });
    const soft = resolved.soft ? await unlessEnded(this.#openSoft()) : null;
    const { manifest } = this.bundle;
    const { index } = manifest;
    const thresholds = thresholdsOf(soft && index.soft ? index.soft : index);
    const searched = {
      retriever: soft ?? this.retriever,
      soft: soft !== null,
      ...{ thresholds, manifest },
    };
    const call = { signal, onFirstHits };
    return unlessEnded(answer(resolved, checked, searched, { start, embedded }, call));
  }

  async dispose(): Promise<void> {
    this.retriever.dispose();
    await this.model.dispose();
  }

  /** @returns null if the bundle has no soft vectors, or if a device without a connection has not loaded them yet */
  async #openSoft(): Promise<Retriever | null> {
    try {
      return await this.#soft();
    } catch (error) {
      if (error instanceof SoutuError && error.name === 'NetworkError') return null;
      throw error;
    }
  }
}

/** @param known the items; default: read with the vectors */
function softOf(bundle: Bundle, known?: ItemTable): () => Promise<Retriever | null> {
  return lazy(async () => {
    const copies = await bundle.softVectors();
    if (!copies) return null;
    const table = known ?? itemTableOf(bundle, await bundle.columns());
    return new FlatRetriever(copies, bundle.manifest.index.dimension, table);
  });
}

function itemTableOf(bundle: Bundle, items: readonly SearchItem[]): ItemTable {
  return createItemTable(
    items,
    (rows) => bundle.details.of(rows),
    () => bundle.titles(),
    () => bundle.isReplaced(),
  );
}

/** With fewer rows a search takes less than 0.2 ms without its script. */
const RANKED_FROM = 2000;

/** The scripts for codes are loaded beside the files with them. */
async function openScores(bundle: Bundle): Promise<Float32Array | RowScores> {
  if (bundle.manifest.index.type !== 'codes') return bundle.vectors();
  const [codes, { openCodeScores }, ranking] = await Promise.all([
    bundle.codes(),
    loadScript(import('./codes/code-scores.ts')),
    bundle.count >= RANKED_FROM ? loadScript(import('../kernel/codes/code-ranking.ts')) : null,
  ]);
  return openCodeScores(codes as BundleCodes, ranking?.createCodeRanking);
}
