import type { Pool, RowDataPacket } from 'mysql2/promise';
import { ReleaseGoneError } from '../../../core/errors.ts';
import type { IndexedItem } from '../../../core/item.ts';
import type { Call } from '../../../engine/retriever.ts';
import { ConnectionLost } from '../../database/connection-lost.ts';
import { rethrowLost } from '../../database/mariadb.ts';
import type { DatabaseStore } from '../address.ts';
import { joinItem } from '../item-parts.ts';
import type { PushedCondition } from '../pushed-filter.ts';
import { withRetries } from '../retry.ts';
import { QUERY_TIMEOUT_MS, type StoreSettings } from '../settings.ts';
import type { ReleaseInfo } from '../store.ts';
import type { FoundRow, RowFinder } from '../store-retriever.ts';
import { isMissingTable, storeFault } from './faults.ts';
import { keyOf, type Tables, tablesOf, VECTOR_INDEX } from './schema.ts';

/** Up to this many rows, comparing all is as fast as the graph. */
const EXACT_UP_TO = 5000;
/** A filter with more rows is applied to what the graph finds. */
const COMPARED_UP_TO = 20_000;
const MOST_EF = 10_000;

export interface FinderSettings {
  /** Up to this many rows, every row is compared; default 5,000. */
  readonly exactUpTo?: number | undefined;
  /** Filters that leave up to this many rows compare all of these; default 20,000. */
  readonly comparedUpTo?: number | undefined;
}

interface Condition {
  readonly sql: string;
  readonly values: readonly unknown[];
}

export class MariaDbFinder implements RowFinder {
  readonly maxK = 50_000;
  readonly #pool: Pool;
  readonly #address: DatabaseStore;
  readonly #info: ReleaseInfo;
  readonly #tables: Tables;
  readonly #exactUpTo: number;
  readonly #comparedUpTo: number;
  /** A search that nobody waits for any more must not go on. */
  readonly #limit: string;

  constructor(
    pool: Pool,
    address: DatabaseStore,
    info: ReleaseInfo,
    {
      exactUpTo = EXACT_UP_TO,
      comparedUpTo = COMPARED_UP_TO,
      queryTimeoutMs = QUERY_TIMEOUT_MS,
    }: FinderSettings & Pick<StoreSettings, 'queryTimeoutMs'>,
  ) {
    this.#pool = pool;
    this.#address = address;
    this.#info = info;
    this.#tables = tablesOf(address.name, info.release);
    this.#exactUpTo = exactUpTo;
    this.#comparedUpTo = comparedUpTo;
    this.#limit = `max_statement_time = ${Math.max(1, queryTimeoutMs) / 1000}`;
  }

  prefersExact(k: number, ef: number): boolean {
    return this.#info.count <= this.#exactUpTo || Math.max(k, ef) * 4 > this.#info.count;
  }

  /**
   * The graph knows no conditions: rows that fail one are lost among the `LIMIT` rows it returns. So it is asked for
   * more, by how rare a match is; and if matches are few, all of them are compared.
   */
  async approximate(
    unit: Float32Array,
    k: number,
    ef: number,
    conditions: readonly PushedCondition[],
    call: Call,
    details: boolean,
  ): Promise<readonly FoundRow[] | null> {
    if (conditions.length === 0) {
      return this.#walk(unit, k, ef, { sql: 'TRUE', values: [] }, call, details);
    }
    const matching = await this.count(conditions, call);
    if (matching <= this.#comparedUpTo) return null;
    const widened = Math.ceil((k * this.#info.count * 1.5) / matching);
    // A walk this wide visits most of the graph, and misses the rows that no other links to.
    if (this.prefersExact(widened, ef)) return null;
    return this.#walk(unit, widened, Math.max(ef, widened), this.#where(conditions), call, false);
  }

  exact(
    unit: Float32Array,
    k: number,
    conditions: readonly PushedCondition[],
    call: Call,
  ): Promise<readonly FoundRow[]> {
    const { sql, values } = this.#where(conditions);
    const { rows } = this.#tables;
    // Ties by id, so that an exact answer is the same whatever the order of rows is.
    return this.#found(
      `SET STATEMENT ${this.#limit} FOR SELECT r.id, r.search, near.distance FROM (
  SELECT item, VEC_DISTANCE_COSINE(embedding, ?) AS distance FROM ${rows} IGNORE INDEX (${VECTOR_INDEX})
  WHERE ${sql} ORDER BY distance, id LIMIT ?
) AS near JOIN ${rows} AS r USING (item)`,
      [bytesOf(unit), ...values, k],
      call,
    );
  }

  async count(conditions: readonly PushedCondition[], call: Call): Promise<number> {
    const { sql, values } = this.#where(conditions);
    const [row] = await this.#query(
      `SET STATEMENT ${this.#limit} FOR SELECT COUNT(*) AS count FROM ${this.#tables.rows} WHERE ${sql}`,
      values,
      call,
    );
    return Number(row?.count);
  }

  async get(id: string, call: Call): Promise<{ item: IndexedItem; vector: Float32Array } | null> {
    const [row] = await this.#query(
      `SELECT id, search, details, embedding FROM ${this.#tables.rows} WHERE item = ?`,
      [keyOf(id)],
      call,
    );
    if (!row) return null;
    const bytes = Uint8Array.from(row.embedding as Buffer);
    return {
      item: joinItem(row.id, row.search, row.details),
      vector: new Float32Array(bytes.buffer),
    };
  }

  async items(ids: readonly string[], call: Call): Promise<readonly IndexedItem[]> {
    const rows = await this.#query(
      `SELECT id, search, details FROM ${this.#tables.rows} WHERE item IN (?)`,
      [ids.map(keyOf)],
      call,
    );
    return rows.map(({ id, search, details }) => joinItem(id, search, details));
  }

  #walk(
    unit: Float32Array,
    k: number,
    ef: number,
    { sql, values }: Condition,
    call: Call,
    details: boolean,
  ): Promise<readonly FoundRow[]> {
    const { rows } = this.#tables;
    const width = Math.min(MOST_EF, Math.max(1, Math.round(ef)));
    return this.#found(
      `SET STATEMENT mhnsw_ef_search = ${width}, ${this.#limit} FOR
SELECT r.id, r.search, ${details ? 'r.details, ' : ''}near.distance FROM (
  SELECT item, VEC_DISTANCE_COSINE(embedding, ?) AS distance FROM ${rows} ORDER BY distance LIMIT ?
) AS near JOIN ${rows} AS r USING (item) WHERE ${sql}
ORDER BY near.distance`,
      [bytesOf(unit), k, ...values],
      call,
    );
  }

  #where(conditions: readonly PushedCondition[]): Condition {
    const parts = conditions.map((condition) => this.#conditionSql(condition));
    return {
      sql: parts.length === 0 ? 'TRUE' : parts.map(({ sql }) => sql).join(' AND '),
      values: parts.flatMap(({ values }) => values),
    };
  }

  #conditionSql(condition: PushedCondition): Condition {
    const { terms, numbers } = this.#tables;
    if (condition.kind === 'words') {
      return { sql: 'LOCATE(?, words) > 0', values: [condition.contains] };
    }
    if (condition.kind === 'terms') {
      if (condition.terms.length === 0) return { sql: 'FALSE', values: [] };
      return {
        sql: `item IN (SELECT item FROM ${terms} WHERE term IN (?))`,
        values: [condition.terms.map(keyOf)],
      };
    }
    const { attribute, gte, lte } = condition;
    const ends = [
      ...(gte === null ? [] : ['number >= ?']),
      ...(lte === null ? [] : ['number <= ?']),
    ];
    return {
      sql: `item IN (SELECT item FROM ${numbers} WHERE ${['attribute = ?', ...ends].join(' AND ')})`,
      values: [keyOf(attribute), ...(gte === null ? [] : [gte]), ...(lte === null ? [] : [lte])],
    };
  }

  async #found(sql: string, values: readonly unknown[], call: Call): Promise<readonly FoundRow[]> {
    const rows = await this.#query(sql, values, call);
    return rows.map(({ id, search, details, distance }) => ({
      ...{ id, search, score: 1 - Number(distance) },
      ...(details === undefined ? {} : { details }),
    }));
  }

  /** @throws ReleaseGoneError; SoutuError `StoreError` */
  async #query(
    sql: string,
    values: readonly unknown[],
    { signal }: Call,
  ): Promise<readonly RowDataPacket[]> {
    try {
      return await withRetries(
        async () => {
          const connection = await this.#pool.getConnection().catch(rethrowLost);
          try {
            // It may have waited for others, and nobody for it any more.
            signal?.throwIfAborted();
            return (
              await connection.query<RowDataPacket[]>(sql, [...values]).catch(rethrowLost)
            )[0];
          } finally {
            connection.release();
          }
        },
        (error) => error instanceof ConnectionLost,
        { tries: 2, backOffMs: 50 },
      );
    } catch (error) {
      signal?.throwIfAborted();
      const { label } = this.#address;
      if (!isMissingTable(error)) throw storeFault(error, this.#address);
      throw new ReleaseGoneError(
        `${label}: release ${this.#info.release} was dropped. Ask for the current one, and search again.`,
      );
    }
  }
}

/** A vector as the server stores it: little-endian float32. */
function bytesOf(unit: Float32Array): Buffer {
  return Buffer.from(unit.buffer, unit.byteOffset, unit.byteLength);
}
