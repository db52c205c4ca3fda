import type { Pool, PoolClient } from 'pg';
import { ReleaseGoneError } from '../../../core/errors.ts';
import { byId, type IndexedItem } from '../../../core/item.ts';
import type { Neighbour } from '../../../core/search/rank.ts';
import {
  type Call,
  checkWanted,
  disposedError,
  type Nearest,
  type Retriever,
  type Wanted,
} from '../../../engine/retriever.ts';
import { ConnectionLost } from '../../database/connection-lost.ts';
import { codeOf } from '../../database/faults.ts';
import { rethrowLost } from '../../database/postgres.ts';
import { PostgresBatch, type Statement } from '../../database/postgres-batch.ts';
import type { DatabaseStore } from '../address.ts';
import { joinItem, readRow } from '../item-parts.ts';
import { pushedConditions } from '../pushed-filter.ts';
import { withRetries } from '../retry.ts';
import { QUERY_TIMEOUT_MS } from '../settings.ts';
import type { ReleaseInfo } from '../store.ts';
import { parseVector } from './binary.ts';
import { isMissingTable, storeFault } from './faults.ts';
import { MAX_INDEXED_DIMENSION, rowsTable } from './schema.ts';
import { approximateSearch, exactSearch, searchSettings } from './search.ts';
import type { PostgresSettings } from './settings.ts';

/** With this many rows or fewer, comparing all of them is as fast as a graph. */
export const EXACT_UP_TO = 5000;

/**
 * The most rows of one answer, so that no search fills the memory of a service. A search that needs more (by price, in a
 * catalogue of a million) is refused with advice by `findPage`.
 */
export const MOST_ROWS = 20_000;

/** A visitor waits. */
const RETRIES = { tries: 2, backOffMs: 50 };

/** Columns of a search; `total` of an exact one only. */
type Found = readonly [
  id: string,
  search: string,
  details: string | null,
  distance: string,
  total?: string,
];

/** A pool in front of the server has given the connection, with its statements, to another client. */
const LOST_STATEMENT = /^(26000|42P05)$/;

export class PostgresRetriever implements Retriever {
  readonly count: number;
  readonly dimension: number;
  readonly hasCopies: boolean;
  readonly can;
  readonly #pool: Pool;
  readonly #address: DatabaseStore;
  readonly #info: ReleaseInfo;
  readonly #table: string;
  readonly #exactUpTo: number;
  readonly #timeoutMs: number;
  #canPrepare = true;
  #disposed = false;

  constructor(
    pool: Pool,
    address: DatabaseStore,
    info: ReleaseInfo,
    { exactUpTo = EXACT_UP_TO, queryTimeoutMs = QUERY_TIMEOUT_MS }: PostgresSettings = {},
  ) {
    this.#pool = pool;
    this.#address = address;
    this.#info = info;
    this.#table = rowsTable(address.name, info.release);
    this.#exactUpTo = exactUpTo;
    this.#timeoutMs = queryTimeoutMs;
    this.count = info.count;
    this.dimension = info.dimension;
    this.hasCopies = info.hasCopies;
    this.can = {
      preFilter: true,
      maxK: Math.max(1, Math.min(info.count, MOST_ROWS)),
      rowsCost: true,
    };
  }

  async nearest(unit: Float32Array, wanted: Wanted, { signal }: Call = {}): Promise<Nearest> {
    this.#throwIfDisposed();
    signal?.throwIfAborted();
    checkWanted(unit, wanted, this);
    const { k, filter, text = '', minScore, display = null } = wanted;
    const conditions = pushedConditions(filter, text);
    const walked = this.#isWorthAGraph(wanted)
      ? await this.#walk(
          approximateSearch(this.#table, unit, k, conditions, display),
          wanted,
          signal,
        )
      : null;
    signal?.throwIfAborted();
    if (walked) return walked;
    const most = wanted.everyMatch ? this.can.maxK : k;
    const found = await this.#search(
      exactSearch(this.#table, unit, most, conditions, minScore, display),
      null,
      signal,
    );
    signal?.throwIfAborted();
    const total = Number(found[0]?.[4] ?? 0);
    return { ...neighboursOf(found), exhausted: total <= most, total, engine: 'flat' };
  }

  async get(
    id: string,
    { signal }: Call = {},
  ): Promise<{ item: IndexedItem; vector: Float32Array } | null> {
    this.#throwIfDisposed();
    signal?.throwIfAborted();
    if (id.includes('\0')) return null;
    const [row] = await this.#query<{ search: string; details: string; embedding: string }>({
      sql: `SELECT search, details, embedding::text AS embedding FROM ${this.#table} WHERE id = $1`,
      values: [id],
    });
    if (!row) return null;
    return { item: joinItem(id, row.search, row.details), vector: parseVector(row.embedding) };
  }

  async items(ids: readonly string[], { signal }: Call = {}): Promise<readonly IndexedItem[]> {
    this.#throwIfDisposed();
    signal?.throwIfAborted();
    const rows = await this.#query<{ id: string; search: string; details: string }>({
      sql: `SELECT id, search, details FROM ${this.#table} WHERE id = ANY($1::text[])`,
      values: [ids],
    });
    const known = new Map(
      rows.map(({ id, search, details }) => [id, joinItem(id, search, details)]),
    );
    return ids.flatMap((id) => known.get(id) ?? []);
  }

  async facets(): Promise<readonly string[]> {
    return this.#info.facets;
  }

  async numeric(): Promise<readonly string[]> {
    return this.#info.numeric;
  }

  dispose(): void {
    this.#disposed = true;
  }

  #isWorthAGraph({ k, ef, exact }: Wanted): boolean {
    if (exact || this.count <= this.#exactUpTo || this.dimension > MAX_INDEXED_DIMENSION)
      return false;
    // A walk this wide visits most of the graph, which is slower than a scan.
    return Math.max(k, ef) * 4 <= this.count;
  }

  /** @returns null if the walk ended early, so that only a scan can tell whether there are more rows */
  async #walk(
    statement: Statement,
    { k, ef, minScore }: Wanted,
    signal: Call['signal'],
  ): Promise<Nearest | null> {
    const found = await this.#search(statement, Math.max(ef, k), signal);
    const { rows: all, items } = neighboursOf(found);
    const rows = all.filter(({ score }) => score >= minScore);
    const isBelow = rows.length < all.length;
    if (all.length < k && !isBelow) return null;
    return { rows, items, exhausted: isBelow, total: null, engine: 'hnsw' };
  }

  async #search(
    search: Statement,
    ef: number | null,
    signal: Call['signal'],
  ): Promise<readonly Found[]> {
    const statements = [searchSettings(this.#timeoutMs, ef), search];
    return this.#connected(async (client) => {
      const prepares = this.#canPrepare;
      const run = (isPrepared: boolean) => {
        const plain = statements.map((one) => ({ ...one, isPrepared: false }));
        return new PostgresBatch(isPrepared ? statements : plain).run(client);
      };
      const found = await run(prepares).catch((error: unknown) => {
        if (!prepares || !LOST_STATEMENT.test(codeOf(error))) throw error;
        this.#canPrepare = false;
        return run(false);
      });
      return found as unknown as readonly Found[];
    }, signal);
  }

  #query<R extends object>({ sql, values }: Statement): Promise<readonly R[]> {
    return this.#connected(async (client) => (await client.query<R>(sql, [...values])).rows);
  }

  /** @throws ReleaseGoneError; SoutuError `StoreError` */
  async #connected<T>(
    work: (client: PoolClient) => Promise<T>,
    signal?: Call['signal'],
  ): Promise<T> {
    try {
      return await withRetries(
        async () => {
          const client = await this.#pool.connect().catch(rethrowLost);
          try {
            // It may have waited long for a connection.
            signal?.throwIfAborted();
            const result = await work(client).catch(rethrowLost);
            client.release();
            return result;
          } catch (error) {
            client.release(error instanceof ConnectionLost);
            throw error;
          }
        },
        (error) => error instanceof ConnectionLost,
        RETRIES,
      );
    } catch (error) {
      const { label } = this.#address;
      if (signal?.aborted) throw error;
      if (!isMissingTable(error)) throw storeFault(error, this.#address);
      throw new ReleaseGoneError(
        `${label}: release ${this.#info.release} was dropped. Ask for the current one, and search again.`,
      );
    }
  }

  #throwIfDisposed(): void {
    if (this.#disposed) throw disposedError();
  }
}

/** Ties by id. */
function neighboursOf(found: readonly Found[]): {
  readonly rows: Neighbour[];
  readonly items: ReadonlyMap<string, IndexedItem>;
} {
  const items = new Map<string, IndexedItem>();
  const rows = found.map(([id, search, details, distance]) => {
    const { row, item } = readRow(id, search, details);
    if (item) items.set(id, item);
    return { row, score: 1 - Number(distance) };
  });
  rows.sort((a, b) => b.score - a.score || byId(a.row, b.row));
  return { rows, items };
}
