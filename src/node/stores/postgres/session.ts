/** The connection of a push. It holds the lock that no second push of this name can get, and is opened again if it is lost. */
import type { Client } from 'pg';
import { SoutuError } from '../../../core/errors.ts';
import { ConnectionLost } from '../../database/connection-lost.ts';
import { type PostgresDriver, rethrowLost } from '../../database/postgres.ts';
import type { DatabaseStore } from '../address.ts';
import { withRetries } from '../retry.ts';
import { storeFault } from './faults.ts';

export type Run = <R extends object = Record<string, unknown>>(
  sql: string,
  values?: readonly unknown[],
) => Promise<readonly R[]>;

class LockTaken extends SoutuError {}

export class PushSession {
  readonly #driver: PostgresDriver;
  readonly #address: DatabaseStore;
  #client: Client | null = null;
  #hasHadLock = false;

  constructor(driver: PostgresDriver, address: DatabaseStore) {
    this.#driver = driver;
    this.#address = address;
  }

  /**
   * @param work may run again from its beginning if the connection is lost
   * @throws SoutuError `StoreError`
   */
  async run<T>(work: (run: Run, client: Client) => Promise<T>): Promise<T> {
    try {
      return await withRetries(
        async () => {
          const client = await this.#connected();
          return work(async (sql, values = []) => {
            const { rows } = await client.query(sql, [...values]).catch(rethrowLost);
            return rows;
          }, client).catch(async (error) => {
            if (error instanceof ConnectionLost) await this.close();
            throw error;
          });
        },
        // A server needs a moment to see that the connection with the lock is gone.
        (error) =>
          this.#hasHadLock && (error instanceof ConnectionLost || error instanceof LockTaken),
      );
    } catch (error) {
      throw storeFault(error, this.#address);
    }
  }

  /** As `run`, in a transaction. */
  transaction<T>(work: (run: Run) => Promise<T>): Promise<T> {
    return this.run(async (run) => {
      await run('BEGIN');
      try {
        const result = await work(run);
        await run('COMMIT');
        return result;
      } catch (error) {
        if (!(error instanceof ConnectionLost)) await run('ROLLBACK');
        throw error;
      }
    });
  }

  /** Never throws. */
  async close(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => undefined);
  }

  async #connected(): Promise<Client> {
    if (this.#client) return this.#client;
    const client = await this.#driver.connect();
    try {
      // The build of a graph takes longer than a query may.
      await client.query('SET statement_timeout = 0').catch(rethrowLost);
      const { rows } = await client
        .query<{ locked: boolean }>(
          'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked',
          [`soutu/${this.#address.name}`],
        )
        .catch(rethrowLost);
      if (!rows[0]?.locked) {
        throw new LockTaken(
          'StoreError',
          `${this.#address.label}: another push of "${this.#address.name}" is running. Wait until it has ended.`,
        );
      }
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    this.#hasHadLock = true;
    this.#client = client;
    return client;
  }
}
