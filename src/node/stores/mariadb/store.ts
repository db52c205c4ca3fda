/** MariaDB from 11.7 on, which has vectors: the tables are described in schema.ts. */
import type { Pool, RowDataPacket } from 'mysql2/promise';
import type { Retriever } from '../../../engine/retriever.ts';
import { ConnectionLost } from '../../database/connection-lost.ts';
import { type MariaDbDriver, openMariaDbDriver, rethrowLost } from '../../database/mariadb.ts';
import type { DatabaseStore } from '../address.ts';
import { checkDroppable } from '../release-checks.ts';
import { parseRelease } from '../release-info.ts';
import { withRetries } from '../retry.ts';
import type { StoreSettings } from '../settings.ts';
import type { Draft, ReleaseInfo, Store } from '../store.ts';
import { StoreRetriever } from '../store-retriever.ts';
import { dropRelease, MariaDbDraft } from './draft.ts';
import { isMissingTable, storeFault } from './faults.ts';
import { type FinderSettings, MariaDbFinder } from './finder.ts';
import {
  createGraph,
  createReleases,
  createTables,
  publishRelease,
  releasesTable,
  tablesOf,
} from './schema.ts';
import { PushSession } from './session.ts';

export type MariaDbSettings = StoreSettings & FinderSettings;

/** @throws SoutuError `UsageError` if mysql2 is not installed; it connects when it is first used */
export async function openMariaDbStore(
  address: DatabaseStore,
  settings: MariaDbSettings,
): Promise<Store> {
  const driver = await openMariaDbDriver(address.server, 'A catalogue in MariaDB');
  return new MariaDbStore(driver, address, settings);
}

class MariaDbStore implements Store {
  readonly kind = 'mariadb';
  readonly label: string;
  readonly #driver: MariaDbDriver;
  readonly #address: DatabaseStore;
  readonly #settings: MariaDbSettings;
  readonly #pool: Pool;

  constructor(driver: MariaDbDriver, address: DatabaseStore, settings: MariaDbSettings) {
    this.label = address.label;
    this.#driver = driver;
    this.#address = address;
    this.#settings = settings;
    this.#pool = driver.pool(settings.connections ?? 16);
  }

  plan(info: ReleaseInfo): string {
    const { name } = this.#address;
    const tables = tablesOf(name, info.release);
    const statements = [
      createReleases(name),
      ...createTables(tables, info),
      createGraph(tables, this.#settings.m),
      publishRelease(name).replaceAll('?', `'${info.release}'`),
    ];
    return statements.map((sql) => `${sql};`).join('\n');
  }

  async current(): Promise<ReleaseInfo | null> {
    const [row] = await this.#releases('WHERE is_current');
    return row ?? null;
  }

  releases(): Promise<readonly ReleaseInfo[]> {
    return this.#releases('ORDER BY number');
  }

  begin(info: ReleaseInfo): Promise<Draft> {
    const session = new PushSession(this.#driver, this.#address);
    return MariaDbDraft.begin(session, this.#address, info, this.#settings.m);
  }

  async drop(release: string): Promise<void> {
    const session = new PushSession(this.#driver, this.#address);
    const { name } = this.#address;
    try {
      await session.run(async (run) => {
        const [row] = await run(
          `SELECT is_current FROM ${releasesTable(name)} WHERE \`release\` = ?`,
          [release],
        );
        checkDroppable(this.#address, release, {
          isThere: row !== undefined,
          isCurrent: Boolean(row?.is_current),
        });
        return dropRelease(run, name, release);
      });
    } finally {
      await session.close();
    }
  }

  async retriever(info: ReleaseInfo): Promise<Retriever> {
    const finder = new MariaDbFinder(this.#pool, this.#address, info, this.#settings);
    return new StoreRetriever(finder, info);
  }

  async close(): Promise<void> {
    await this.#pool.end().catch(() => undefined);
  }

  async #releases(rest: string): Promise<readonly ReleaseInfo[]> {
    const sql = `SELECT \`release\`, info FROM ${releasesTable(this.#address.name)} ${rest}`;
    try {
      const rows = await withRetries(
        async () => (await this.#pool.query<RowDataPacket[]>(sql).catch(rethrowLost))[0],
        (error) => error instanceof ConnectionLost,
        { tries: 2, backOffMs: 50 },
      );
      return rows.map(({ release, info }) =>
        parseRelease(info, `${this.label}, release ${release}`),
      );
    } catch (error) {
      // Nothing was ever pushed.
      if (isMissingTable(error)) return [];
      throw storeFault(error, this.#address);
    }
  }
}
