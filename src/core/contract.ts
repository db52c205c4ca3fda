/**
 * A search and its answer: plain types that survive structured cloning. The page, the worker and the
 * command line all use them.
 */
import type { RgbaImage } from './image/pixels.ts';
import type { IndexedItem } from './item.ts';
import type { DecodeSpec } from './model/input-spec.ts';

/** For each attribute the values of which an item must have at least one; attributes are joined by AND. */
export type Filter = Readonly<Record<string, FilterValue | readonly FilterValue[]>>;
export type FilterValue = string | number | boolean;

/** A photo as pixels, a plain (not centred) embedding of the model's dimension, or an item's id. */
export type Query =
  | { readonly photo: RgbaImage }
  | { readonly vector: Float32Array }
  | { readonly id: string };

/** By a numeric attribute, in place of likeness; what does not have it comes last, the likest first. */
export interface Sort {
  readonly by: string;
  /** Default `asc`. */
  readonly order?: 'asc' | 'desc';
}

export interface SearchOptions {
  /** Hits on one page; default 10. */
  readonly size?: number;
  /** Hits to skip; default 0. */
  readonly from?: number;
  /** Width of the beam in an HNSW search; default 64. A flat scan ignores it. */
  readonly ef?: number;
  /** Lowest cosine that counts as similar, −1…1; default the bundle's calibrated cut-off. */
  readonly minScore?: number;
  /** Only the best hit of each group, the others in its `more`; for an id none of that item's group. */
  readonly group?: boolean;
  readonly filter?: Filter;
  /** The order of the hits above the cut-off; default by likeness. */
  readonly sort?: Sort;
  /**
   * Attributes whose values are to be counted over all hits. What the filter says of an attribute is left
   * aside for its own values, so that others can be chosen beside them. `*` stands for all attributes of
   * texts that have 2 to 50 different values in the catalogue.
   */
  readonly facets?: readonly string[];
  /** Scan all vectors even where there is a graph. */
  readonly exact?: boolean;
  /** Item fields in the answer besides `id`; default all. */
  readonly fields?: readonly (keyof IndexedItem)[];
}

export interface ScoredItem {
  readonly id: string;
  /** Cosine, −1…1, larger is better; of centred vectors where the bundle holds a centre. */
  readonly score: number;
  readonly item: Partial<IndexedItem> & { readonly id: string };
}

export interface Hit extends ScoredItem {
  readonly group: string;
  /** With `group: true` the other hits of the group, best first; else empty. */
  readonly more: readonly ScoredItem[];
}

/** Something the visitor should know that is not an error. */
export interface Notice {
  readonly code:
    | 'photo-damaged'
    | 'memory-only'
    | 'engine-fallback'
    | 'offline'
    | 'server-failed'
    | 'worker-restarted';
  readonly message: string;
  /** What the message names, for words in other languages: of `server-failed` the server's status. */
  readonly detail?: string;
}

/** `flat` compares every row; `hnsw` walks a graph and looks at a part of them. */
export type IndexEngine = 'flat' | 'hnsw';

export interface SearchResponse {
  readonly hits: readonly Hit[];
  /** Hits (with `group` groups) above the cut-off before paging. */
  readonly total: number;
  /** `gte`: an approximate engine looked at a part only; there may be more. */
  readonly totalRelation: 'eq' | 'gte';
  /** attribute → value → number of hits */
  readonly facets: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Milliseconds. */
  readonly timings: { readonly embed: number; readonly search: number; readonly total: number };
  /** Who searched, and who read the photo: `kernel-fast`, `onnxruntime-webgpu` …; null where there was none. */
  readonly engine: {
    readonly index: IndexEngine;
    readonly embedder: string | null;
    /** Where more than one thread embedded the photo. */
    readonly threads?: number;
  };
  readonly model: string;
  /** The cut-off that was applied. */
  readonly minScore: number;
  /** The query's plain embedding, to page or loosen the cut-off without embedding again; null for ids. */
  readonly vector: Float32Array | null;
  /** For an id the item that it names; else null. */
  readonly queryItem: ScoredItem['item'] | null;
  readonly notices: readonly Notice[];
}

/** What goes along with any call. */
export interface CallOptions {
  /** Aborted, the call rejects with the signal's reason. */
  readonly signal?: CancelSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** `AbortSignal` without the DOM's types, which `core` does not know. */
export interface CancelSignal {
  readonly aborted: boolean;
  throwIfAborted(): void;
}

/** What the page may know of an opened bundle. */
export interface BundleInfo {
  readonly count: number;
  readonly model: string;
  readonly dimension: number;
  readonly minScore: number;
  readonly licence: string;
  readonly attribution: string;
  /** How the page is to decode photos, where the model wants it otherwise than they are shown. */
  readonly decode?: DecodeSpec;
  readonly notices: readonly Notice[];
}

export type Progress =
  /** Files on their way: bytes of all files that this step needs, and where they come from. */
  | {
      readonly step: 'index' | 'model';
      readonly loaded: number;
      readonly total: number;
      readonly cached: boolean;
    }
  /** Work without a known length. */
  | { readonly step: 'manifest' | 'engine' | 'photo' | 'embed' | 'search' };
