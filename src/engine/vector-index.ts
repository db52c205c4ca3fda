import { SoutuError } from '../core/errors.ts';
import type { Neighbour } from '../core/search/rank.ts';

export interface IndexQueryOptions {
  /** Width of the beam of an HNSW search; the exact index ignores it. */
  readonly ef?: number;
  /** Rows that may be found; all if not given. */
  readonly accept?: (row: number) => boolean;
}

/** Finds the unit vectors that are nearest to a query by cosine. */
export interface VectorIndex {
  readonly engine: 'exact' | 'hnsw';
  readonly count: number;
  readonly dimension: number;
  /**
   * @param query unit vector of `dimension` numbers
   * @returns at most k neighbours, best first, ties by row; fewer is an answer
   * @throws SoutuError `IndexError` for a query of another dimension, one that is not finite, a k that
   * is no whole number above 0, and after `dispose`
   */
  search(query: Float32Array, k: number, options?: IndexQueryOptions): Neighbour[];
  dispose(): void;
}

export const byScore = (a: Neighbour, b: Neighbour) => b.score - a.score || a.row - b.row;

/** What every index refuses, in the same words. */
export function checkQuery(
  query: Float32Array,
  k: number,
  dimension: number,
  disposed: boolean,
): void {
  const bad = (what: string): never => {
    throw new SoutuError('IndexError', what);
  };
  if (disposed) bad('The index was used after dispose(); open it again.');
  if (query.length !== dimension) {
    bad(`The query has ${query.length} numbers, the index holds vectors of ${dimension}.`);
  }
  if (!Number.isSafeInteger(k) || k < 1) {
    bad(`Expected k to be a whole number from 1 up, got ${k}.`);
  }
  const at = query.findIndex((x) => !Number.isFinite(x));
  if (at >= 0) bad(`Expected finite numbers in the query, got ${query[at]} at ${at}.`);
}
