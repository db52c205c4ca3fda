import { SoutuError } from '../../../core/errors.ts';
import { CopyIn } from '../../database/copy-in.ts';
import { rethrowLost } from '../../database/postgres.ts';
import type { DatabaseStore } from '../address.ts';
import { alreadyPublished } from '../release-checks.ts';
import { isSameSpace, parseRelease, releaseText } from '../release-info.ts';
import { sendByHalves } from '../send-by-halves.ts';
import type { Draft, ReleaseInfo, RowFailure, StoreRow } from '../store.ts';
import { copyPieces, copyStatement } from './copy.ts';
import { type Abilities, checkExtension } from './extension.ts';
import { isOfMemory, isOfRow, rowFault } from './faults.ts';
import { insertStatement, insertValues } from './insert.ts';
import {
  COLUMNS,
  createIndexes,
  createReleases,
  createRows,
  type Graph,
  graphMemory,
  lockRelease,
  publishRelease,
  releasesTable,
  rowsTable,
} from './schema.ts';
import type { PushSession, Run } from './session.ts';

/** About half a megabyte of vectors. */
const ROWS_PER_STATEMENT = 500;

export class PostgresDraft implements Draft {
  readonly #session: PushSession;
  readonly #address: DatabaseStore;
  readonly #info: ReleaseInfo;
  readonly #graph: Graph;
  readonly #table: string;
  readonly #abilities: Abilities;
  /** Ids of rows that the table has; null until they are read. */
  #ids: Set<string> | null = null;

  private constructor(
    session: PushSession,
    address: DatabaseStore,
    info: ReleaseInfo,
    graph: Graph,
    abilities: Abilities,
  ) {
    this.#session = session;
    this.#address = address;
    this.#info = info;
    this.#graph = graph;
    this.#table = rowsTable(address.name, info.release);
    this.#abilities = abilities;
  }

  /** @throws SoutuError `StoreError`; the session is closed then */
  static async begin(
    session: PushSession,
    address: DatabaseStore,
    info: ReleaseInfo,
    graph: Graph,
    warn: (line: string) => void,
  ): Promise<PostgresDraft> {
    try {
      const abilities = await session.run((run) => checkExtension(run, address.label, warn));
      await session.transaction((run) => beginRelease(run, address, info));
      return new PostgresDraft(session, address, info, graph, abilities);
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  async held(): Promise<ReadonlyMap<string, string>> {
    const rows = await this.#session.run((run) =>
      run<{ id: string; hash: string }>(`SELECT id, hash FROM ${this.#table}`),
    );
    this.#ids = new Set(rows.map(({ id }) => id));
    return new Map(rows.map(({ id, hash }) => [id, hash]));
  }

  async upsert(rows: readonly StoreRow[]): Promise<readonly RowFailure[]> {
    if (this.#ids === null) await this.held();
    const ids = this.#ids ?? new Set();
    const isNew = ({ item }: StoreRow) => this.#abilities.canCopy && !ids.has(item.id);
    const added = rows.filter(isNew);
    const copied = added.length > 0 && (await this.#copy(added));
    const rest = copied ? rows.filter((row) => !isNew(row)) : rows;
    const failures: RowFailure[] = [];
    for (let i = 0; i < rest.length; i += ROWS_PER_STATEMENT) {
      failures.push(...(await this.#insert(rest.slice(i, i + ROWS_PER_STATEMENT))));
    }
    for (const { item } of rows) ids.add(item.id);
    return failures;
  }

  async remove(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#session.run((run) =>
      run(`DELETE FROM ${this.#table} WHERE id = ANY($1::text[])`, [ids]),
    );
  }

  finish(): Promise<number> {
    return this.#session.run(async (run) => {
      const memory = graphMemory(this.#info, this.#graph);
      await run(
        "SELECT set_config('maintenance_work_mem', $1, false) WHERE pg_size_bytes(current_setting('maintenance_work_mem')) < pg_size_bytes($1)",
        [`${memory}MB`],
      );
      for (const sql of createIndexes(this.#address.name, this.#info, this.#graph)) {
        await withLessMemory(run, sql);
      }
      const [counted] = await run<{ count: string }>(
        `SELECT count(*) AS count FROM ${this.#table}`,
      );
      return Number(counted?.count);
    });
  }

  async publish(): Promise<void> {
    const { name, label } = this.#address;
    const { release } = this.#info;
    await this.#session.transaction(async (run) => {
      const [own] = await run<{ info: string }>(lockRelease(name), [release]);
      // While the connection was lost, another push may have run.
      if (own?.info !== releaseText(this.#info)) {
        throw new SoutuError(
          'StoreError',
          `${label}: release ${release} was deleted while it was pushed. Nothing was published. Push again.`,
        );
      }
      await run(publishRelease(name), [release]);
    });
  }

  async abandon(): Promise<void> {
    await this.#session.transaction((run) =>
      dropRelease(run, this.#address.name, this.#info.release),
    );
    await this.#session.close();
  }

  close(): Promise<void> {
    return this.#session.close();
  }

  /** @returns false if the server refuses a row, or has one already: then it has none of them from here */
  #copy(rows: readonly StoreRow[]): Promise<boolean> {
    return this.#session.run(async (_, client) => {
      try {
        await new CopyIn(copyStatement(this.#table), copyPieces(rows)).run(client);
        return true;
      } catch (error) {
        if (isOfRow(error)) return false;
        return rethrowLost(error);
      }
    });
  }

  #insert(rows: readonly StoreRow[]): Promise<readonly RowFailure[]> {
    return sendByHalves(
      rows,
      ({ item }) => item.id,
      (some) =>
        this.#session.run(async (run) => {
          try {
            await run(insertStatement(this.#table), insertValues(some, this.#abilities.vectorOid));
            return null;
          } catch (error) {
            if (isOfRow(error)) return rowFault(error, this.#address);
            throw error;
          }
        }),
    );
  }
}

/**
 * Several processes build a graph in shared memory, of which a container often has 64 MB only. One process needs none; the
 * server's own setting needs the least.
 */
async function withLessMemory(run: Run, sql: string): Promise<void> {
  const settings = ['SET max_parallel_maintenance_workers = 0', 'RESET maintenance_work_mem'];
  for (let tries = 0; ; tries++) {
    try {
      await run(sql);
      return;
    } catch (error) {
      const setting = settings[tries];
      if (!isOfMemory(error) || setting === undefined) throw error;
      await run(setting);
    }
  }
}

async function beginRelease(run: Run, address: DatabaseStore, info: ReleaseInfo): Promise<void> {
  const { name, label } = address;
  const releases = releasesTable(name);
  const [known] = await run<{ found: string | null }>('SELECT to_regclass($1)::text AS found', [
    releases,
  ]);
  if (!known?.found) await run(createReleases(name));
  const stored = await run<{ release: string; info: string; is_current: boolean }>(
    `SELECT release, info, is_current FROM ${releases} WHERE is_current OR release = $1`,
    [info.release],
  );
  const own = stored.find(({ release }) => release === info.release);
  if (own?.is_current) throw alreadyPublished(label, info.release);
  if (own?.info === releaseText(info)) return;
  if (own) await dropRelease(run, name, info.release);
  await run(`INSERT INTO ${releases} (release, info) VALUES ($1, $2)`, [
    info.release,
    releaseText(info),
  ]);
  await run(createRows(name, info));
  const current = stored.find(({ is_current }) => is_current);
  if (!current) return;
  const before = parseRelease(current.info, `${label}, release ${current.release}`);
  if (!isSameSpace(before, info)) return;
  const columns = COLUMNS.join(', ');
  await run(
    `INSERT INTO ${rowsTable(name, info.release)} (${columns}) SELECT ${columns} FROM ${rowsTable(name, before.release)}`,
  );
}

export async function dropRelease(run: Run, name: string, release: string): Promise<void> {
  await run(`DROP TABLE IF EXISTS ${rowsTable(name, release)}`);
  await run(`DELETE FROM ${releasesTable(name)} WHERE release = $1`, [release]);
}
