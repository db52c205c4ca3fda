import { SoutuError } from '../../../core/errors.ts';
import type { DatabaseStore } from '../address.ts';
import { searchColumns } from '../pushed-filter.ts';
import { alreadyPublished } from '../release-checks.ts';
import { isSameSpace, parseRelease, releaseText } from '../release-info.ts';
import { sendByHalves } from '../send-by-halves.ts';
import type { Draft, ReleaseInfo, RowFailure, StoreRow } from '../store.ts';
import { isOfRow, rowFault } from './faults.ts';
import {
  createGraph,
  createReleases,
  createTables,
  dropTables,
  keyOf,
  publishRelease,
  releasesTable,
  type Tables,
  tablesOf,
  VECTOR_INDEX,
} from './schema.ts';
import type { PushSession, Run } from './session.ts';

/** About a megabyte of vectors, of the 16 MB that a server accepts by default. */
const ROWS_PER_STATEMENT = 200;

export class MariaDbDraft implements Draft {
  readonly #session: PushSession;
  readonly #address: DatabaseStore;
  readonly #info: ReleaseInfo;
  readonly #m: number | undefined;
  readonly #tables: Tables;

  private constructor(
    session: PushSession,
    address: DatabaseStore,
    info: ReleaseInfo,
    m: number | undefined,
  ) {
    this.#session = session;
    this.#address = address;
    this.#info = info;
    this.#m = m;
    this.#tables = tablesOf(address.name, info.release);
  }

  /** @throws SoutuError `StoreError`; the session is closed then */
  static async begin(
    session: PushSession,
    address: DatabaseStore,
    info: ReleaseInfo,
    m: number | undefined,
  ): Promise<MariaDbDraft> {
    try {
      await session.run(async (run) => {
        await checkVersion(run, address);
        await beginRelease(run, address, info);
      });
      return new MariaDbDraft(session, address, info, m);
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  async held(): Promise<ReadonlyMap<string, string>> {
    const rows = await this.#session.run((run) => run(`SELECT id, hash FROM ${this.#tables.rows}`));
    return new Map(rows.map(({ id, hash }) => [id, hash]));
  }

  async upsert(rows: readonly StoreRow[]): Promise<readonly RowFailure[]> {
    const failures: RowFailure[] = [];
    for (let i = 0; i < rows.length; i += ROWS_PER_STATEMENT) {
      failures.push(...(await this.#insert(rows.slice(i, i + ROWS_PER_STATEMENT))));
    }
    return failures;
  }

  async remove(ids: readonly string[]): Promise<void> {
    for (let i = 0; i < ids.length; i += 1000) {
      const keys = ids.slice(i, i + 1000).map(keyOf);
      await this.#session.transaction((run) => this.#delete(run, keys));
    }
  }

  finish(): Promise<number> {
    return this.#session.run(async (run) => {
      const indexes = await run(`SHOW INDEX FROM ${this.#tables.rows} WHERE Key_name = ?`, [
        VECTOR_INDEX,
      ]);
      if (indexes.length === 0) await run(createGraph(this.#tables, this.#m));
      await run(
        `ANALYZE TABLE ${this.#tables.rows}, ${this.#tables.terms}, ${this.#tables.numbers}`,
      );
      const [row] = await run(`SELECT COUNT(*) AS count FROM ${this.#tables.rows}`);
      return Number(row?.count);
    });
  }

  async publish(): Promise<void> {
    const { name, label } = this.#address;
    const { release } = this.#info;
    await this.#session.transaction(async (run) => {
      await run(publishRelease(name), [release, release]);
      const [row] = await run(
        `SELECT is_current FROM ${releasesTable(name)} WHERE \`release\` = ?`,
        [release],
      );
      // Another push may have dropped it while the connection was lost.
      if (row?.is_current) return;
      throw new SoutuError('StoreError', `${label}: release ${release} is gone. Push again.`);
    });
    // Gives the lock back, so that the caller may drop earlier releases.
    await this.#session.close();
  }

  async abandon(): Promise<void> {
    await this.#session.run((run) => dropRelease(run, this.#address.name, this.#info.release));
    await this.#session.close();
  }

  close(): Promise<void> {
    return this.#session.close();
  }

  #insert(rows: readonly StoreRow[]): Promise<readonly RowFailure[]> {
    return sendByHalves(
      rows,
      ({ item }) => item.id,
      (some) =>
        this.#session.run(async (run) => {
          await run('START TRANSACTION');
          try {
            await this.#write(run, some);
            await run('COMMIT');
            return null;
          } catch (error) {
            if (!isOfRow(error)) throw error;
            await run('ROLLBACK');
            return rowFault(error, this.#address);
          }
        }),
    );
  }

  async #write(run: Run, rows: readonly StoreRow[]): Promise<void> {
    const keys = rows.map(({ item }) => keyOf(item.id));
    await this.#delete(run, keys);
    const columns = rows.map(({ item }) => searchColumns(item));
    const values = rows.map(({ item, search, details, hash, vector }, i) => {
      const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
      return [keys[i], item.id, columns[i]?.words, search, details, hash, bytes];
    });
    const { rows: table, terms, numbers } = this.#tables;
    await run(`INSERT INTO ${table} (item, id, words, search, details, hash, embedding) VALUES ?`, [
      values,
    ]);
    const ofTerms = columns.flatMap((of, i) =>
      [...new Set(of.terms)].map((term) => [keyOf(term), keys[i]]),
    );
    const ofNumbers = columns.flatMap((of, i) =>
      of.numbers.map(([attribute, number]) => [keyOf(attribute), number, keys[i]]),
    );
    if (ofTerms.length > 0) await run(`INSERT INTO ${terms} (term, item) VALUES ?`, [ofTerms]);
    if (ofNumbers.length > 0) {
      await run(`INSERT INTO ${numbers} (attribute, number, item) VALUES ?`, [ofNumbers]);
    }
  }

  async #delete(run: Run, keys: readonly Buffer[]): Promise<void> {
    if (keys.length === 0) return;
    const { rows, terms, numbers } = this.#tables;
    for (const table of [rows, terms, numbers]) {
      await run(`DELETE FROM ${table} WHERE item IN (?)`, [keys]);
    }
  }
}

async function checkVersion(run: Run, { label }: DatabaseStore): Promise<void> {
  const [row] = await run('SELECT VERSION() AS version');
  const version = String(row?.version);
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (/mariadb/i.test(version) && (major > 11 || (major === 11 && minor >= 7))) return;
  throw new SoutuError(
    'StoreError',
    `${label}: the server is ${/mariadb/i.test(version) ? 'MariaDB' : 'MySQL'} ${version}. Vectors need MariaDB 11.7 or later.`,
  );
}

/** Statements that create and drop tables end transactions, so that the row of the release comes last. */
async function beginRelease(run: Run, address: DatabaseStore, info: ReleaseInfo): Promise<void> {
  const { name, label } = address;
  const releases = releasesTable(name);
  await run(createReleases(name));
  const stored = await run(
    `SELECT \`release\`, info, is_current FROM ${releases} WHERE is_current OR \`release\` = ?`,
    [info.release],
  );
  const own = stored.find(({ release }) => release === info.release);
  if (own?.is_current) throw alreadyPublished(label, info.release);
  if (own?.info === releaseText(info)) return;
  const tables = tablesOf(name, info.release);
  await dropRelease(run, name, info.release);
  try {
    for (const sql of createTables(tables, info)) await run(sql);
    const current = stored.find(({ is_current }) => is_current);
    if (current) {
      const before = parseRelease(current.info, `${label}, release ${current.release}`);
      if (isSameSpace(before, info)) await copyRows(run, tablesOf(name, before.release), tables);
    }
    await run(`INSERT INTO ${releases} (\`release\`, info) VALUES (?, ?)`, [
      info.release,
      releaseText(info),
    ]);
  } catch (error) {
    // No list names them: nobody could delete them.
    await run(dropTables(tables)).catch(() => undefined);
    throw error;
  }
}

async function copyRows(run: Run, from: Tables, to: Tables): Promise<void> {
  const columns = 'item, id, words, search, details, hash, embedding';
  await run(`INSERT INTO ${to.rows} (${columns}) SELECT ${columns} FROM ${from.rows}`);
  await run(`INSERT INTO ${to.terms} (term, item) SELECT term, item FROM ${from.terms}`);
  await run(
    `INSERT INTO ${to.numbers} (attribute, number, item) SELECT attribute, number, item FROM ${from.numbers}`,
  );
}

export async function dropRelease(run: Run, name: string, release: string): Promise<void> {
  await run(`DELETE FROM ${releasesTable(name)} WHERE \`release\` = ?`, [release]);
  await run(dropTables(tablesOf(name, release)));
}
