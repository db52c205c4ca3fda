/** A `Search` that answers from a script, and what the tests need around it. */

import type { KeptIndex, LoadCost, OfflineFiles } from '../../src/browser/worker-api.ts';
import type { CallOptions, Search, SearchQuery, WorkerState } from '../../src/client/api.ts';
import { LoadRefused } from '../../src/client/load-refused.ts';
import type {
  BundleInfo,
  Hit,
  Progress,
  SearchOptions,
  SearchResponse,
} from '../../src/core/contract.ts';
import type { IndexedItem } from '../../src/core/item.ts';

export interface Call {
  readonly query: SearchQuery;
  readonly options: SearchOptions;
  readonly progress: (progress: Progress) => void;
  /** Shows first hits; missing if the caller wants none. */
  readonly first: CallOptions['onFirstHits'];
  readonly signal: AbortSignal | undefined;
  readonly answer: (response: SearchResponse) => void;
  readonly fail: (error: unknown) => void;
}

export const VECTOR = Float32Array.of(0.6, 0.8);

const INFO: BundleInfo = {
  count: 3,
  model: 'test',
  dimension: 2,
  thresholds: { match: 0.5, related: 0.2 },
  licence: 'MIT',
  attribution: 'Made by the test.',
  notices: [],
};

export class ScriptedSearch implements Search {
  readonly calls: Call[] = [];
  worker: WorkerState = 'unstarted';
  preloads = 0;
  disposals = 0;
  forgotten = 0;
  toLoad: LoadCost = { index: 0, model: 0, engine: 0 };
  offline: Partial<OfflineFiles> = {};
  /** What each question is answered with; the last one stays. */
  kept: KeptIndex[] = ['partly'];
  readonly #watching = new Set<(worker: WorkerState) => void>();
  readonly #script: ((call: Call) => void) | undefined;

  /** @param script answers each call; without one the test answers by `calls` */
  constructor(script?: (call: Call) => void) {
    this.#script = script;
  }

  get last(): Call {
    const call = this.calls.at(-1);
    if (!call) throw new Error('Nothing was asked yet.');
    return call;
  }

  watchWorker(listener: (worker: WorkerState) => void): () => void {
    this.#watching.add(listener);
    return () => this.#watching.delete(listener);
  }

  /** As when the worker starts, or its memory is given back. */
  become(worker: WorkerState): void {
    this.worker = worker;
    for (const tell of this.#watching) tell(worker);
  }

  preload({ mayLoad }: CallOptions = {}): Promise<BundleInfo> {
    if (mayLoad?.(this.toLoad) === false) return Promise.reject(new LoadRefused(this.toLoad));
    this.preloads++;
    return Promise.resolve(INFO);
  }

  search(
    query: SearchQuery,
    options: SearchOptions = {},
    {
      signal,
      onProgress: progress = () => undefined,
      onFirstHits: first,
      mayLoad,
    }: CallOptions = {},
  ): Promise<SearchResponse> {
    return new Promise((answer, fail) => {
      const call = { query, options, progress, first, signal, answer, fail };
      if (query instanceof Blob && mayLoad?.(this.toLoad) === false) {
        fail(new LoadRefused(this.toLoad));
        return;
      }
      this.calls.push(call);
      this.#script?.(call);
    });
  }

  info(): Promise<BundleInfo> {
    return Promise.resolve(INFO);
  }

  cost(): Promise<LoadCost> {
    return Promise.resolve(this.toLoad);
  }

  offlineFiles(): Promise<OfflineFiles> {
    return Promise.resolve({ scripts: [], thumbs: [], ...this.offline });
  }

  keepIndex(): Promise<KeptIndex> {
    const [first = 'partly', ...others] = this.kept;
    if (others.length > 0) this.kept = others;
    return Promise.resolve(first);
  }

  forget(): Promise<void> {
    this.forgotten++;
    return Promise.resolve();
  }

  embed(): Promise<Float32Array> {
    return Promise.resolve(VECTOR);
  }

  dispose(): void {
    this.disposals++;
  }
}

export function hit(id: string, item: Partial<IndexedItem> = {}, rest: Partial<Hit> = {}): Hit {
  return {
    id,
    score: 0.874,
    group: id,
    more: [],
    copies: [],
    item: { id, image: PIXEL, thumb: PIXEL, thumbSize: [4, 3], title: `Title of ${id}`, ...item },
    ...rest,
  };
}

export function answerOf(hits: readonly Hit[], rest: Partial<SearchResponse> = {}): SearchResponse {
  return {
    hits,
    total: hits.length,
    totalRelation: 'eq',
    matches: hits.filter(({ score }) => score >= INFO.thresholds.match).length,
    matchesRelation: 'eq',
    bestScore: hits.length > 0 ? Math.max(...hits.map(({ score }) => score)) : null,
    thresholds: INFO.thresholds,
    facets: {},
    ranges: {},
    timings: { embed: 1, search: 1, total: 2 },
    engine: { index: 'flat', embedder: 'test' },
    model: 'test',
    minScore: -1,
    frame: null,
    subjects: [],
    vector: VECTOR,
    soft: false,
    queryItem: null,
    parts: null,
    notices: [],
    ...rest,
  };
}

/** One grey pixel. */
export const PIXEL = 'data:image/gif;base64,R0lGODdhAQABAIAAAICAgAAAACwAAAAAAQABAAACAkQBADs=';

export function photoFile(name = 'photo.gif'): File {
  const bytes = Uint8Array.from(atob(PIXEL.split(',')[1] ?? ''), (char) => char.charCodeAt(0));
  return new File([bytes], name, { type: 'image/gif' });
}

export function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
