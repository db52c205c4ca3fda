import type { CancelSignal, Filter, IndexEngine, SearchResponse } from '../core/contract.ts';
import { SoutuError } from '../core/errors.ts';
import type { DisplayItem } from '../core/item.ts';
import type { CheckedOptions } from '../core/search/options.ts';
import type { Neighbour, Ranked } from '../core/search/rank.ts';

export interface Wanted {
  /** Rows to find, 1 to `can.maxK`. */
  readonly k: number;
  /** Width of the beam of an HNSW search; an exact scan ignores it. */
  readonly ef: number;
  /** Conditions that every row found must meet; empty if the retriever cannot filter (`can.preFilter`). */
  readonly filter: Filter;
  /** Words that every row found must contain, as `SearchOptions.text`; default none. */
  readonly text?: string;
  /** No approximation; if `can.exact` is false, the widest search that there is. */
  readonly exact: boolean;
  /** Rows with a lower score are omitted. */
  readonly minScore: number;
  /**
   * The caller can use every row that reaches `minScore`, to count groups and facets. A retriever that compares all
   * rows then returns more than `k`; others ignore the option.
   */
  readonly everyMatch: boolean;
  /** Rows that the page itself needs; default `k`. An index in parts reads files for this many. */
  readonly need?: number;
  /**
   * The rows that the caller will probably display: the first, and the one after the last. A retriever that asks an
   * engine may return their items with them (`Nearest.items`), which saves another request. Default none.
   */
  readonly display?: readonly [from: number, to: number];
}

export interface Nearest {
  /** Best first. */
  readonly rows: readonly Neighbour[];
  /** True if no other rows match and reach `minScore`. */
  readonly exhausted: boolean;
  /** How many rows match and reach `minScore`, if the retriever counted them. */
  readonly total: number | null;
  readonly engine: IndexEngine;
  /** Items that came with their rows, by id. */
  readonly items?: ReadonlyMap<string, DisplayItem>;
  /** A larger `k` would find no more rows, though there may be others: the search has read all it may. */
  readonly isSpent?: boolean;
  /** Why rows may be missing: some files of the index could not be read. */
  readonly lack?: Lack | null;
}

/** Files of an index, or whole bundles, that could not be read. */
export interface Lack {
  readonly what?: 'bundles';
  readonly failed: number;
  readonly asked: number;
  readonly reason: string;
}

/** One page of ranked hits. */
export type FoundPage = Ranked &
  Pick<SearchResponse, 'totalRelation' | 'matchesRelation'> &
  Pick<Nearest, 'engine' | 'lack' | 'items'>;

/**
 * Makes a page that does not begin with the first hit.
 * @param search finds the first hits, up to `end`
 */
export type LaterPage = (
  asked: Pick<CheckedOptions, 'from' | 'size' | 'group' | 'foldCopies'>,
  retriever: Pick<Retriever, 'count' | 'hasCopies'>,
  search: (end: number) => Promise<FoundPage>,
) => Promise<FoundPage>;

export interface Call {
  readonly signal?: CancelSignal | undefined;
  /** Called if what pages display of some items could not be read; counts items, not files. */
  readonly onLack?: ((lack: Lack) => void) | undefined;
  /**
   * Called by an index in parts once it has read the first wave of shards. `look` returns the best rows so far, and throws once
   * the search was aborted.
   */
  readonly onFirst?: ((look: () => Promise<Nearest>) => void) | undefined;
}

/**
 * Finds the rows of an index that are nearest to a unit vector by cosine. It does no ranking: `rank()` applies groups,
 * order and paging. Rows include the data that ranking needs, so the items may be stored anywhere.
 */
export interface Retriever {
  /** Number of rows. */
  readonly count: number;
  /** If a search for more rows may find others for the first places; missing if hits before the page can be skipped. */
  readonly laterPage?: LaterPage | undefined;
  readonly dimension: number;
  /** Whether rows may show copies of one picture, so that hits have to be folded; default false. */
  readonly hasCopies?: boolean;
  readonly can: {
    /** `filter` and `text` are applied inside the search, without losing rows below `k`. */
    readonly preFilter: boolean;
    /** False if `text` is refused where it ends with the beginning of a word, as all that visitors type. */
    readonly words?: false;
    /** False if the engine cannot be asked to compare all rows. */
    readonly exact?: false;
    readonly maxK: number;
    /**
     * A search with all conditions finds more than one that leaves some to `rank()`. The others' counts then come from a
     * search of their own; default false.
     */
    readonly countsApart?: boolean;
    /** Every row takes time to arrive, as from an engine: a page that needs 12 rows asks for 12 first. Default false. */
    readonly rowsCost?: boolean;
  };
  /**
   * @param unit unit vector of `dimension` numbers
   * @throws SoutuError `IndexError` if the vector has another dimension or is not finite, if `k` is out of range, or
   * after `dispose`; the signal's reason
   */
  nearest(unit: Float32Array, wanted: Wanted, call?: Call): Promise<Nearest>;
  /** Returns the item with this id and its unit vector in the index; null if the id is unknown. */
  get(id: string, call?: Call): Promise<{ item: DisplayItem; vector: Float32Array } | null>;
  /** Returns what pages display of these ids, in the same order. What cannot be read is missing, and `call.onLack` is called. */
  items(ids: readonly string[], call?: Call): Promise<readonly DisplayItem[]>;
  /** The attributes that divide the catalogue (`facets: ['*']`). */
  facets(): Promise<readonly string[]>;
  /** The numeric attributes (`ranges: ['*']`). */
  numeric(): Promise<readonly string[]>;
  dispose(): void;
}

/** Argument checks of all retrievers, so that their errors are the same. */
export function checkWanted(
  unit: Float32Array,
  { k }: Wanted,
  { dimension, can }: Pick<Retriever, 'dimension' | 'can'>,
): void {
  const bad = (what: string): never => {
    throw new SoutuError('IndexError', what);
  };
  if (unit.length !== dimension) {
    bad(`The query has ${unit.length} numbers, the index has vectors of ${dimension}.`);
  }
  if (!Number.isSafeInteger(k) || k < 1 || k > can.maxK) {
    bad(`Expected k to be a whole number from 1 to ${can.maxK}, got ${k}.`);
  }
  const at = unit.findIndex((x) => !Number.isFinite(x));
  if (at >= 0) bad(`Expected finite numbers in the query, got ${unit[at]} at ${at}.`);
}

export function disposedError(): SoutuError {
  return new SoutuError('IndexError', 'The index was used after dispose(); open it again.');
}
