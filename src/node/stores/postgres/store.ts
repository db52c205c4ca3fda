/** PostgreSQL with pgvector: the tables are described in schema.ts. */
import type { Pool } from 'pg';
import { SoutuError } from '../../../core/errors.ts';
import { ConnectionLost } from '../../database/connection-lost.ts';
import { openPostgresDriver, type PostgresDriver, rethrowLost } from '../../database/postgres.ts';
import type { DatabaseStore } from '../address.ts';
import { checkDroppable } from '../release-checks.ts';
import { parseRelease } from '../release-info.ts';
import { withRetries } from '../retry.ts';
import { DEFAULT_EF_CONSTRUCTION, DEFAULT_M } from '../settings.ts';
import type { Draft, ReleaseInfo, Store } from '../store.ts';
import { dropRelease, PostgresDraft } from './draft.ts';
import { isMissingTable, storeFault } from './faults.ts';
import { PostgresRetriever } from './retriever.ts';
import {
  createIndexes,
  createReleases,
  createRows,
  type Graph,
  publishRelease,
  releasesTable,
} from './schema.ts';
import { PushSession } from './session.ts';
import type { PostgresSettings } from './settings.ts';

export type { PostgresSettings } from './settings.ts';

const MOST_CONNECTIONS = 16;
const IDLE_MS = 30_000;

/** @throws SoutuError `UsageError` if pg is not installed; it connects when it is first used */
export async function openPostgresStore(
  address: DatabaseStore,
  settings: PostgresSettings,
): Promise<Store> {
  const driver = await openPostgresDriver(address.server, 'A catalogue in PostgreSQL');
  return new PostgresStore(driver, address, settings);
}

class PostgresStore implements Store {
  readonly kind = 'postgres';
  readonly label: string;
  readonly #driver: PostgresDriver;
  readonly #address: DatabaseStore;
  readonly #settings: PostgresSettings;
  readonly #graph: Graph;
  readonly #pool: Pool;

  constructor(driver: PostgresDriver, address: DatabaseStore, settings: PostgresSettings) {
    this.label = address.label;
    this.#driver = driver;
    this.#address = address;
    this.#settings = settings;
    this.#graph = {
      m: settings.m ?? DEFAULT_M,
      efConstruction: settings.efConstruction ?? DEFAULT_EF_CONSTRUCTION,
    };
    const { m, efConstruction } = this.#graph;
    if (efConstruction < 2 * m) {
      throw new SoutuError(
        'UsageError',
        `efConstruction (--ef-construction) must be at least twice m (--m), ${2 * m}; got ${efConstruction}.`,
      );
    }
    this.#pool = driver.pool({
      max: settings.connections ?? MOST_CONNECTIONS,
      idleTimeoutMillis: IDLE_MS,
    });
  }

  plan(info: ReleaseInfo): string {
    const { name } = this.#address;
    const statements = [
      'CREATE EXTENSION IF NOT EXISTS vector',
      createReleases(name),
      createRows(name, info),
      ...createIndexes(name, info, this.#graph),
      publishRelease(name).replaceAll('$1', `'${info.release}'`),
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
    const { warn = () => undefined } = this.#settings;
    return PostgresDraft.begin(session, this.#address, info, this.#graph, warn);
  }

  async drop(release: string): Promise<void> {
    const session = new PushSession(this.#driver, this.#address);
    try {
      await session.transaction(async (run) => {
        const [row] = await run<{ is_current: boolean }>(
          `SELECT is_current FROM ${releasesTable(this.#address.name)} WHERE release = $1`,
          [release],
        );
        checkDroppable(this.#address, release, {
          isThere: row !== undefined,
          isCurrent: row?.is_current ?? false,
        });
        await dropRelease(run, this.#address.name, release);
      });
    } finally {
      await session.close();
    }
  }

  async retriever(info: ReleaseInfo): Promise<PostgresRetriever> {
    return new PostgresRetriever(this.#pool, this.#address, info, this.#settings);
  }

  async close(): Promise<void> {
    await this.#pool.end().catch(() => undefined);
  }

  async #releases(rest: string): Promise<readonly ReleaseInfo[]> {
    const sql = `SELECT release, info FROM ${releasesTable(this.#address.name)} ${rest}`;
    try {
      const { rows } = await withRetries(
        () => this.#pool.query<{ release: string; info: string }>(sql).catch(rethrowLost),
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
