/**
 * The query of an engine as a program without Soutu would send it: the first 12 rows with all that a page displays, with the
 * engine's own client, by the same width of the graph's walk.
 */
import pg from 'pg';
import type { DatabaseStore } from '../../../src/node/stores/address.ts';
import { rowsTable } from '../../../src/node/stores/postgres/schema.ts';

export const HITS = 12;
/** As `soutu serve` asks by default. */
const EF = 64;

export interface BareEngine {
  /** @returns the ids of the hits */
  query(unit: Float32Array): Promise<readonly string[]>;
  close(): Promise<void>;
}

export async function barePostgres(
  { server, name }: DatabaseStore,
  release: string,
  connections: number,
): Promise<BareEngine> {
  const { host, port, user, password = '', database } = server;
  const pool = new pg.Pool({
    ...{ host, port, user, password, database, max: connections },
    options: `-c hnsw.ef_search=${EF} -c hnsw.iterative_scan=strict_order`,
  });
  const text = `SELECT id, search, details, 1 - (embedding <=> $1) AS score FROM ${rowsTable(name, release)}
ORDER BY embedding <=> $1 LIMIT ${HITS}`;
  return {
    async query(unit) {
      const { rows } = await pool.query<Record<'id' | 'search' | 'details', string>>(text, [
        `[${unit.join(',')}]`,
      ]);
      return rows.map(({ id, search, details }) => {
        JSON.parse(search);
        JSON.parse(details);
        return id;
      });
    },
    close: () => pool.end(),
  };
}

export function bareOpenSearch(url: string, index: string): BareEngine {
  return {
    async query(unit) {
      const response = await fetch(`${url}/${index}/_search`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          size: HITS,
          _source: ['id', 'search', 'details'],
          query: { knn: { vector: { vector: Array.from(unit), k: EF } } },
        }),
      });
      const { hits } = (await response.json()) as {
        hits: { hits: { _source: Record<'id' | 'search' | 'details', string> }[] };
      };
      return hits.hits.map(({ _source: { id, search, details } }) => {
        JSON.parse(search);
        JSON.parse(details);
        return id;
      });
    },
    close: async () => undefined,
  };
}
