/**
 * The query of an engine as a program without Soutu would send it: the first 12 rows with all that a page displays, with the
 * engine's own client, by the same width of the graph's walk.
 */
import pg from 'pg';
import { FolderStore } from '../../../src/node/serve/folder-store.ts';
import type { ReleaseInfo } from '../../../src/node/stores/store.ts';

export const HITS = 12;
/** As `soutu serve` asks by default. */
const EF = 64;

export interface BareEngine {
  /** @returns the ids of the hits */
  query(unit: Float32Array): Promise<readonly string[]>;
  /** For people: what is sent. */
  readonly text: string;
}

export interface PostgresConfig {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** @param isPrepared by a name, so that each connection parses and plans it once; pg does so only if it is asked to */
export function barePostgres(
  config: PostgresConfig,
  table: string,
  connections: number,
  isPrepared: boolean,
): BareEngine {
  const settings = `-c hnsw.ef_search=${EF} -c hnsw.iterative_scan=strict_order`;
  const pool = new pg.Pool({ ...config, max: connections, options: settings });
  const text = `SELECT id, search, details, 1 - (embedding <=> $1) AS score FROM ${table}
ORDER BY embedding <=> $1 LIMIT ${HITS}`;
  const named = isPrepared ? { name: 'nearest' } : {};
  return {
    text: `${text}\nwith ${settings}${isPrepared ? ', prepared' : ''}`,
    async query(unit) {
      const { rows } = await pool.query<Record<'id' | 'search' | 'details', string>>({
        ...{ text, ...named, values: [`[${unit.join(',')}]`] },
      });
      return rows.map(parsed);
    },
  };
}

export function bareOpenSearch(url: string, index: string): BareEngine {
  const body = (unit: Float32Array) => ({
    size: HITS,
    _source: ['id', 'search', 'details'],
    query: { knn: { vector: { vector: Array.from(unit), k: EF } } },
  });
  return {
    text: `POST /${index}/_search ${JSON.stringify(body(new Float32Array(0)))}`,
    async query(unit) {
      const response = await fetch(`${url}/${index}/_search`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body(unit)),
      });
      const { hits } = (await response.json()) as {
        hits: { hits: { _source: Record<'id' | 'search' | 'details', string> }[] };
      };
      return hits.hits.map(({ _source }) => parsed(_source));
    },
  };
}

/** A bundle in this process: its vectors compared, and the items of the nearest. */
export async function bareFolder(folder: string): Promise<BareEngine> {
  const store = new FolderStore(folder);
  const retriever = await store.retriever((await store.current()) as ReleaseInfo);
  const wanted = { k: HITS, ef: EF, filter: {}, exact: false, minScore: -2, everyMatch: false };
  return {
    text: 'all vectors of the bundle compared in the process of its clients',
    async query(unit) {
      const { rows } = await retriever.nearest(unit, wanted);
      const items = await retriever.items(rows.map(({ row }) => row.id));
      // Lets the other clients have their turn, as requests do.
      await new Promise((resolve) => setImmediate(resolve));
      return items.map(({ id }) => id);
    },
  };
}

/** Reads the item, as a page needs it. */
function parsed({ id, search, details }: Record<'id' | 'search' | 'details', string>): string {
  JSON.parse(search);
  JSON.parse(details);
  return id;
}
