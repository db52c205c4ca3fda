import type { CancelSignal, Filter, IndexEngine } from '../core/contract.ts';
import { SoutuError } from '../core/errors.ts';
import type { IndexedItem } from '../core/item.ts';
import type { Neighbour } from '../core/search/rank.ts';

export interface Wanted {
  /** Rows to find, 1 to `can.maxK`. */
  readonly k: number;
  /** Width of the beam of an HNSW search; an exact scan ignores it. */
  readonly ef: number;
  /** Conditions that every row found must meet; empty if the retriever cannot filter (`can.preFilter`). */
  readonly filter: Filter;
  /** No approximation. */
  readonly exact: boolean;
  /** Rows with a lower score are of no use and are left out. */
  readonly minScore: number;
  /**
   * Every row from `minScore` up is of use, to count groups and facets. A retriever that compares all rows anyway
   * then returns more than `k`; others ignore it.
   */
  readonly everyMatch: boolean;
}

export interface Nearest {
  /** Best first. */
  readonly rows: readonly Neighbour[];
  /** There are no more rows that match and reach `minScore`. */
  readonly exhausted: boolean;
  /** How many rows match and reach `minScore`, if the retriever counted them. */
  readonly total: number | null;
  readonly engine: IndexEngine;
}

export interface Call {
  readonly signal?: CancelSignal | undefined;
}

/**
 * Finds the rows of an index that are nearest to a unit vector by cosine. Ranking is never its business: groups,
 * order and pages are made by `rank()`. Rows carry what ranking needs, so the items may be anywhere.
 */
export interface Retriever {
  /** Rows. */
  readonly count: number;
  readonly dimension: number;
  readonly can: {
    /** `filter` is applied inside the search, without losing rows below `k`. */
    readonly preFilter: boolean;
    readonly maxK: number;
  };
  /**
   * @param unit unit vector of `dimension` numbers
   * @throws SoutuError `IndexError` for a vector of another dimension or with numbers that are not finite, for a
   * `k` out of range, and after `dispose`; the signal's reason
   */
  nearest(unit: Float32Array, wanted: Wanted, call?: Call): Promise<Nearest>;
  /** The item of an id with its unit vector, as the index compares it; null if there is no such id. */
  get(id: string, call?: Call): Promise<{ item: IndexedItem; vector: Float32Array } | null>;
  /** What a page of hits displays, in the order of the ids. */
  items(ids: readonly string[], call?: Call): Promise<readonly IndexedItem[]>;
  /** The attributes that divide the catalogue (`facets: ['*']`). */
  facets(): Promise<readonly string[]>;
  dispose(): void;
}

/** Every retriever refuses the same calls in the same words. */
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
