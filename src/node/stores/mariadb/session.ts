/** The connection of a push. It holds the lock that no second push of this name can get, and is opened again if it is lost. */
import { createHash } from 'node:crypto';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { SoutuError } from '../../../core/errors.ts';
import { ConnectionLost } from '../../database/connection-lost.ts';
import { type MariaDbDriver, rethrowLost } from '../../database/mariadb.ts';
import type { DatabaseStore } from '../address.ts';
import { withRetries } from '../retry.ts';
import { storeFault } from './faults.ts';

export type Run = (sql: string, values?: readonly unknown[]) => Promise<readonly RowDataPacket[]>;

class LockTaken extends SoutuError {}

export class PushSession {
  readonly #driver: MariaDbDriver;
  readonly #address: DatabaseStore;
  #connection: Connection | null = null;
  #hasHadLock = false;

  constructor(driver: MariaDbDriver, address: DatabaseStore) {
    this.#driver = driver;
    this.#address = address;
  }

  /**
   * @param work may run again from its beginning if the connection is lost
   * @throws SoutuError `StoreError`
   */
  async run<T>(work: (run: Run) => Promise<T>): Promise<T> {
    try {
      return await withRetries(
        async () => {
          const connection = await this.#connected();
          const run: Run = async (sql, values = []) => {
            const [rows] = await connection
              .query<RowDataPacket[]>(sql, [...values])
              .catch(rethrowLost);
            return rows;
          };
          try {
            return await work(run);
          } catch (error) {
            if (error instanceof ConnectionLost) this.#forget();
            throw error;
          }
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
      await run('START TRANSACTION');
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
    const connection = this.#connection;
    this.#connection = null;
    // By a statement, because the server needs a moment to see that a connection has ended.
    await connection?.query('DO RELEASE_ALL_LOCKS()').catch(() => undefined);
    await connection?.end().catch(() => undefined);
  }

  #forget(): void {
    this.#connection?.destroy();
    this.#connection = null;
  }

  async #connected(): Promise<Connection> {
    if (this.#connection) return this.#connection;
    const connection = await this.#driver.connect();
    const { label, name, server } = this.#address;
    try {
      // Strict, whatever the server's default is, and backslashes escape, as the package writes them.
      await connection.query("SET SESSION sql_mode = 'STRICT_ALL_TABLES'").catch(rethrowLost);
      // Locks are the server's, not the database's, and have short names.
      const lock = createHash('sha256').update(`${server.database}/${name}`).digest('hex');
      const [[row]] = await connection
        .query<RowDataPacket[]>('SELECT GET_LOCK(?, 0) AS locked', [`soutu${lock.slice(0, 40)}`])
        .catch(rethrowLost);
      if (row?.locked !== 1) {
        throw new LockTaken(
          'StoreError',
          `${label}: another push of "${name}" is running. Wait until it has ended.`,
        );
      }
    } catch (error) {
      connection.destroy();
      throw error;
    }
    this.#hasHadLock = true;
    this.#connection = connection;
    return connection;
  }
}
