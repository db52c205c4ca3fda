/** The statements of a search. Distances of pgvector are 1 − cosine. */
import type { PushedCondition } from '../pushed-filter.ts';
import { conditionsSql, Literals, Parameters } from './conditions.ts';

export interface Statement {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** What a statement without conditions has is no text of a client's. */
function valuesOf(conditions: readonly PushedCondition[]): Parameters {
  return conditions.length === 0 ? new Literals() : new Parameters();
}

/**
 * Walks the graph. Rows that fail a condition are passed over, and the walk goes on until it has found enough (within
 * the server's `hnsw.max_scan_tuples`).
 * @param table quoted
 */
export function approximateSearch(
  table: string,
  unit: Float32Array,
  k: number,
  conditions: readonly PushedCondition[],
): Statement {
  const parameters = valuesOf(conditions);
  const query = `${parameters.add(unit)}::vector`;
  const sql = `SELECT id, search, embedding <=> ${query} AS distance FROM ${table}
WHERE ${conditionsSql(conditions, parameters)}
ORDER BY embedding <=> ${query} LIMIT ${parameters.add(k)}::int`;
  return { sql, values: parameters.values };
}

/**
 * Begins the transaction of a search. All settings are numbers and words of ours.
 * @param ef width of the walk through the graph; null if there is none
 */
export function beginSearch(timeoutMs: number, ef: number | null): string {
  const begin = `BEGIN READ ONLY; SET LOCAL statement_timeout = ${Math.max(1, Math.round(timeoutMs))}`;
  if (ef === null) return begin;
  const width = Math.min(1000, Math.max(1, Math.round(ef)));
  return `${begin}; SET LOCAL hnsw.iterative_scan = strict_order; SET LOCAL hnsw.ef_search = ${width}`;
}

/** Compares every row that meets the conditions, and counts those that reach the score. */
export function exactSearch(
  table: string,
  unit: Float32Array,
  k: number,
  conditions: readonly PushedCondition[],
  minScore: number,
): Statement {
  const parameters = valuesOf(conditions);
  const query = `${parameters.add(unit)}::vector`;
  const farthest = `${parameters.add(1 - minScore)}::float8`;
  // Texts are read only for the rows that are returned.
  const sql = `WITH scored AS MATERIALIZED (
  SELECT id, embedding <=> ${query} AS distance FROM ${table} WHERE ${conditionsSql(conditions, parameters)}
), near AS (SELECT id, distance FROM scored WHERE distance <= ${farthest})
SELECT id, search, distance, (SELECT count(*) FROM near) AS total
FROM (SELECT id, distance FROM near ORDER BY distance, id LIMIT ${parameters.add(k)}::int) AS nearest
JOIN ${table} USING (id) ORDER BY distance, id`;
  return { sql, values: parameters.values };
}
