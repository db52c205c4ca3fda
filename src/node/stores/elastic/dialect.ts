/** In what OpenSearch and Elasticsearch differ. */
import type { StoreSettings } from '../settings.ts';

export type Json = Readonly<Record<string, unknown>>;

export interface SearchBody {
  readonly body: Json;
  /** The cosine of a hit's `_score`. */
  toCosine(score: number): number;
}

export interface Dialect {
  readonly kind: 'opensearch' | 'elasticsearch';
  /** The engine's name, for messages. */
  readonly title: string;
  /** Settings that an index with vectors needs. */
  readonly indexSettings: Json;
  /** The mapping of the field "vector". */
  vectorField(dimension: number, settings: StoreSettings): Json;
  approximate(unit: readonly number[], k: number, ef: number, filter: readonly Json[]): SearchBody;
  /** Compares all rows that match the filter. @param count rows of the release */
  exact(unit: readonly number[], k: number, filter: readonly Json[], count: number): SearchBody;
}

/** Of Lucene's cosine, in float32: the rounding may leave −1 … 1. */
export const halfOfOnePlus = (score: number) => Math.max(-1, Math.min(1, 2 * score - 1));

/** @returns a query that holds for rows that match all conditions, without a score */
export function filterQuery(filter: readonly Json[]): Json {
  return filter.length === 0 ? { match_all: {} } : { bool: { filter } };
}
