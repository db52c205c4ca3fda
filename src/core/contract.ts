/**
 * Search requests and responses: plain types that survive structured cloning. The page, the worker and the
 * command line all use them.
 */
import type { AttributeInfo } from './attribute-info.ts';
import type { RgbaImage } from './image/pixels.ts';
import type { Region } from './image/view.ts';
import type { IndexedItem } from './item.ts';
import type { DecodeSpec } from './model/input-spec.ts';

/**
 * Maps attributes to conditions, all of which an item must meet. A value or a list of values: the item has at least
 * one of them. A range: the item has a number within it.
 */
export type Filter = Readonly<Record<string, Condition>>;
export type Condition = FilterValue | readonly FilterValue[] | NumberRange;
export type FilterValue = string | number | boolean;

/** Both ends are inclusive, and at least one is given. The names are those of Elasticsearch and Qdrant. */
export interface NumberRange {
  readonly gte?: number;
  readonly lte?: number;
}

/** Decoded pixels, a plain (not centred) embedding of the model's dimension, or the id of an item. */
export type SingleQuery =
  | {
      readonly photo: RgbaImage;
      /** Whether to cut away borders, if the catalogue's photos were trimmed, too; default true. */
      readonly trim?: boolean;
    }
  | {
      readonly vector: Float32Array;
      /** `SearchResponse.soft` of the search that returned the vector, so that the same index is searched. */
      readonly soft?: boolean;
    }
  | { readonly id: string };

/**
 * One query made of several photos, vectors and items. Their unit vectors in the index's space are multiplied by their
 * weights and added (Rocchio 1971; Manning et al. 2008, 9.1.1). A negative weight means "less like this".
 */
export interface SeveralQuery {
  readonly several: readonly Weighted<SingleQuery>[];
}

export type Query = SingleQuery | SeveralQuery;

/** Default weight: 1. It is between -100 and 100 and not 0, and at least one part of a query has a positive weight. */
export type Weighted<Part> = Part & { readonly weight?: number };

/** The most parts of one query. */
export const MOST_PARTS = 16;

/**
 * Sorts by a numeric attribute instead of by similarity. Items without the attribute come last, most similar
 * first.
 */
export interface Sort {
  readonly by: string;
  /** Default `asc`. */
  readonly order?: 'asc' | 'desc';
}

export interface SearchOptions {
  /** Hits per page; default 10. */
  readonly size?: number;
  /** Hits to skip; default 0. */
  readonly from?: number;
  /** Beam width of an HNSW search; default 64. A flat scan ignores it. */
  readonly ef?: number;
  /**
   * Omits hits with a lower cosine, −1…1. Default −1: nothing is omitted, so that a page is full while the catalogue
   * has items. The bundle's thresholds tell matches from other hits; see `SearchResponse.thresholds`.
   */
  readonly minScore?: number;
  /**
   * Returns only the best hit of each group and lists the others in its `more`. Items of the query are never among
   * the hits, whatever their weights; with `group`, neither are their groups.
   */
  readonly group?: boolean;
  /**
   * Folds items that show a copy of a better hit's picture (the same photo, resized or compressed again) into the hit's
   * `copies`; default true. With `group`, groups become one hit only if they show the very same pictures. Facets, ranges
   * and the order count copies, too. The build finds the copies. False returns each as a hit.
   */
  readonly foldCopies?: boolean;
  readonly filter?: Filter;
  /**
   * Words that an item's title and attribute values must contain, in any order. Case and accents are ignored. The last
   * word may be the beginning of a word.
   */
  readonly text?: string;
  /** The order of the hits; default by similarity. */
  readonly sort?: Sort;
  /**
   * Attributes whose values are counted over all hits that can be paged to; if `totalRelation` is `gte`, over those that
   * the search looked at. The counts of an attribute ignore the filter's condition on that attribute, so that the
   * visitor can add further values. `*` means every text attribute with 2 to 50
   * distinct values in the catalogue.
   */
  readonly facets?: readonly string[];
  /**
   * Numeric attributes whose lowest and highest value are determined over all hits. Like facets, each ignores the
   * filter's condition on itself. `*` means every attribute with 2 or more different numbers in the catalogue.
   */
  readonly ranges?: readonly string[];
  /**
   * Compare every item: no graph is followed, and of an index in parts every shard is downloaded (`index.parts.bytes` in the
   * manifest). Default false.
   */
  readonly exact?: boolean;
  /** Item fields to return in addition to `id`; default all. */
  readonly fields?: readonly (keyof IndexedItem)[];
}

export interface ScoredItem {
  readonly id: string;
  /** Cosine similarity, −1…1; larger is better. Vectors are centred if the bundle has a centre. */
  readonly score: number;
  readonly item: Partial<IndexedItem> & { readonly id: string };
}

export interface Hit extends ScoredItem {
  readonly group: string;
  /** With `group: true`, the other hits of the group, best first, at most 100; otherwise empty. */
  readonly more: readonly ScoredItem[];
  /** With `foldCopies`, items with a copy of this hit's picture, best first, at most 100; otherwise empty. */
  readonly copies: readonly ScoredItem[];
}

/**
 * The two scores (cosines, −1…1) that divide the hits of a catalogue into bands. The build calibrates both.
 *
 *     1 ── matches ── match ── more like this ── related ── nothing like this here ── −1
 */
export interface Thresholds {
  /** From this score on, a hit probably shows the same thing as the query. */
  readonly match: number;
  /** If the best hit has a lower score, the catalogue has nothing like the query. Not above `match`. */
  readonly related: number;
}

/** A message for the visitor that is not an error. */
export interface Notice {
  readonly code:
    | 'photo-damaged'
    | 'memory-only'
    | 'engine-fallback'
    | 'offline'
    | 'server-failed'
    | 'index-partial'
    | 'details-partial'
    | 'worker-restarted';
  readonly message: string;
  /**
   * The variable part of the message, for translations. For `server-failed`: the HTTP status. For `index-partial`: how many
   * files of the index could not be read, of how many, as in "1/12". For `details-partial`: how many hits, or
   * others of their groups, are without picture and title, of how many hits.
   */
  readonly detail?: string;
}

/**
 * `flat` compares every row; `hnsw` walks a graph and compares only some of them; `parts` loads and compares the rows of
 * the nearest shards.
 */
export type IndexEngine = 'flat' | 'hnsw' | 'parts';

export interface SearchResponse {
  readonly hits: readonly Hit[];
  /**
   * Number of hits that can be paged to: everything that meets the filter and reaches `minScore`. With `group`, the
   * number of groups.
   */
  readonly total: number;
  /** `gte`: the search was approximate, so there may be more hits than `total`. */
  readonly totalRelation: 'eq' | 'gte';
  /** Number of those hits, or groups, that reach `thresholds.match`. */
  readonly matches: number;
  /** `gte`: every hit that the search looked at is a match, so there may be more. */
  readonly matchesRelation: 'eq' | 'gte';
  /** The score of the best of all hits, whatever the page and the order; null if there is no hit. */
  readonly bestScore: number | null;
  /** The bundle's thresholds. They divide the hits into bands and omit none. */
  readonly thresholds: Thresholds;
  /** attribute → value → number of hits */
  readonly facets: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** attribute → lowest and highest number among the hits; without the attributes that no hit has */
  readonly ranges: Readonly<Record<string, Extent>>;
  /** Milliseconds. */
  readonly timings: { readonly embed: number; readonly search: number; readonly total: number };
  /** The index type, and the engine that embedded the photo (`kernel-fast`, `onnxruntime-webgpu` …). */
  readonly engine: {
    readonly index: IndexEngine;
    /** Null if no photo was embedded. */
    readonly embedder: string | null;
    /** Number of threads, if more than one embedded the photo. */
    readonly threads?: number;
    /** False if this index cannot search words: `SearchOptions.text` is refused. */
    readonly words?: false;
  };
  readonly model: string;
  /** The lowest score that was not omitted. */
  readonly minScore: number;
  /**
   * The region that was searched after borders were cut away, in fractions of the photo. Null if none were found, and
   * for every query but a single photo.
   */
  readonly frame: Region | null;
  /**
   * Frames around the things in the photo that are worth searching on their own, as `view.region`: at most four, the most
   * prominent first, in fractions of the photo in its view's rotation. Empty if one thing fills the photo, if the view
   * has a region that the visitor chose, for every query but a single photo, and if the engine shows no feature maps.
   */
  readonly subjects: readonly Region[];
  /**
   * The plain embedding of the query. Pass it as the next query to page or to change options without
   * embedding the photo again. Null for a search by id and for a query of several.
   */
  readonly vector: Float32Array | null;
  /**
   * The photo is soft (blurred, or a thumbnail), so it was compared with vectors of small copies of the catalogue's
   * photos. Always false if the bundle has none, and for a query of several.
   */
  readonly soft: boolean;
  /** The item with that id, for a search by id; otherwise null. */
  readonly queryItem: ScoredItem['item'] | null;
  /**
   * The parts of a query of several, in order; otherwise null. Pass the vectors and ids as the next query to page
   * without embedding the photos again.
   */
  readonly parts: readonly QueryPart[] | null;
  /** The catalogue's attributes in display order, with their labels and units; missing if it has none. */
  readonly attributes?: readonly AttributeInfo[];
  readonly notices: readonly Notice[];
}

/** The lowest and the highest number of an attribute. */
export interface Extent {
  readonly min: number;
  readonly max: number;
}

/** One part of a query of several. */
export interface QueryPart {
  readonly weight: number;
  /** The plain embedding; null for an item. */
  readonly vector: Float32Array | null;
  /** Null for a photo or vector. */
  readonly item: ScoredItem['item'] | null;
}

/** Options of every call. */
export interface CallOptions {
  /** When aborted, the call rejects with the signal's reason. */
  readonly signal?: CancelSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** See `CallOptions` of the page's search. */
  readonly onFirstHits?: ((response: SearchResponse) => void) | undefined;
}

/** `AbortSignal` without the DOM types, which are not available in `core`. */
export interface CancelSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** A summary of an opened bundle. */
export interface BundleInfo {
  readonly count: number;
  readonly model: string;
  readonly dimension: number;
  readonly thresholds: Thresholds;
  readonly licence: string;
  readonly attribution: string;
  /** `copies`: only copies of a picture are found (`soutu build --engine phash`); missing otherwise. */
  readonly finds?: 'copies';
  /** How to decode photos, if the model needs a decoding that differs from how browsers display them. */
  readonly decode?: DecodeSpec;
  /** The catalogue's attributes in display order, with their labels and units; missing if it has none. */
  readonly attributes?: readonly AttributeInfo[];
  readonly notices: readonly Notice[];
}

export type Progress =
  /** Files are loading: bytes of all files of this step, and whether they come from the cache. */
  | {
      readonly step: 'index' | 'model';
      readonly loaded: number;
      readonly total: number;
      readonly cached: boolean;
    }
  /** A step of unknown duration. */
  | { readonly step: 'manifest' | 'engine' | 'photo' | 'embed' | 'search' };
