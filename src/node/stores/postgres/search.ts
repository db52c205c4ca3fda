/** The statements of a search. Distances of pgvector are 1 − cosine. */
import type { Statement } from '../../database/postgres-batch.ts';
import type { PushedCondition } from '../pushed-filter.ts';
import { conditionsSql, Parameters } from './conditions.ts';

/** The rows of an answer, by their place, whose items come with them; null for none. */
export type Display = readonly [from: number, to: number] | null;

/** @param place SQL for a row's place in the answer, from 1 */
function detailsSql(k: number, display: Display, place: string): string {
  if (!display) return 'NULL AS details';
  const [from, to] = display;
  if (from === 0 && to >= k) return 'details';
  return `CASE WHEN ${place} BETWEEN ${from + 1} AND ${to} THEN details END AS details`;
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
  display: Display = null,
): Statement {
  const parameters = new Parameters();
  const query = `${parameters.add(unit)}::vector`;
  const place = 'row_number() OVER (ORDER BY distance)';
  const sql = `SELECT id, search, ${detailsSql(k, display, place)}, distance FROM (
  SELECT id, search, details, embedding <=> ${query} AS distance FROM ${table}
  WHERE ${conditionsSql(conditions, parameters)} ORDER BY distance LIMIT ${k}
) AS near ORDER BY distance`;
  // A plan for any number of rows would not know that these are few, so the number is part of the text.
  return { sql, values: parameters.values, isPrepared: conditions.length === 0 };
}

/**
 * The settings of a search, for its transaction. One `SELECT` sets all of them, and is planned once.
 * @param ef width of the walk through the graph; null if there is none
 */
export function searchSettings(timeoutMs: number, ef: number | null): Statement {
  const settings = {
    transaction_read_only: 'on',
    statement_timeout: Math.max(1, Math.round(timeoutMs)),
    ...(ef === null
      ? {}
      : {
          'hnsw.iterative_scan': 'strict_order',
          'hnsw.ef_search': Math.min(1000, Math.max(1, Math.round(ef))),
        }),
  };
  const calls = Object.keys(settings).map((name, i) => `set_config('${name}', $${i + 1}, true)`);
  return {
    sql: `SELECT ${calls.join(', ')}`,
    values: Object.values(settings).map(String),
    isPrepared: true,
  };
}

/** Compares every row that meets the conditions, and counts those that reach the score. */
export function exactSearch(
  table: string,
  unit: Float32Array,
  k: number,
  conditions: readonly PushedCondition[],
  minScore: number,
  display: Display = null,
): Statement {
  const parameters = new Parameters();
  const query = `${parameters.add(unit)}::vector`;
  const farthest = `${parameters.add(1 - minScore)}::float8`;
  // Texts are read only for the rows that are returned.
  const sql = `WITH scored AS MATERIALIZED (
  SELECT id, embedding <=> ${query} AS distance FROM ${table} WHERE ${conditionsSql(conditions, parameters)}
), near AS (SELECT id, distance FROM scored WHERE distance <= ${farthest})
SELECT id, search, ${detailsSql(k, display, 'place')}, distance, (SELECT count(*) FROM near) AS total
FROM (
  SELECT id, distance, row_number() OVER (ORDER BY distance, id) AS place FROM near
  ORDER BY distance, id LIMIT ${parameters.add(k)}::int
) AS nearest
JOIN ${table} USING (id) ORDER BY distance, id`;
  return { sql, values: parameters.values };
}
