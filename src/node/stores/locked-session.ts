/** The connection of a push to a database. It holds the lock that no second push of this name can get, and is opened again if it is lost. */
import { SoutuError } from '../../core/errors.ts';
import { ConnectionLost } from '../database/connection-lost.ts';
import type { DatabaseStore } from './address.ts';
import { withRetries } from './retry.ts';

/** What differs between databases. If the connection is at fault, methods throw `ConnectionLost`. */
export interface SessionEngine<Connection, Run> {
  connect(): Promise<Connection>;
  /** Prepares a new connection and takes the lock. @returns false if another push has it */
  lock(connection: Connection): Promise<boolean>;
  /** Runs statements of this connection. */
  runner(connection: Connection): Run;
  /** Gives the lock back and ends the connection. */
  end(connection: Connection): Promise<unknown>;
  /** Ends a connection that is lost or has no lock. */
  drop(connection: Connection): Promise<unknown>;
  fault(error: unknown, address: DatabaseStore): SoutuError;
}

class LockTaken extends SoutuError {}

export class LockedSession<Connection, Run extends (sql: string) => Promise<unknown>> {
  readonly #engine: SessionEngine<Connection, Run>;
  readonly #address: DatabaseStore;
  #connection: Connection | null = null;
  #hasHadLock = false;

  constructor(engine: SessionEngine<Connection, Run>, address: DatabaseStore) {
    this.#engine = engine;
    this.#address = address;
  }

  /**
   * @param work may run again from its beginning if the connection is lost
   * @throws SoutuError `StoreError`
   */
  async run<T>(work: (run: Run, connection: Connection) => Promise<T>): Promise<T> {
    try {
      return await withRetries(
        async () => {
          const connection = await this.#connected();
          try {
            return await work(this.#engine.runner(connection), connection);
          } catch (error) {
            if (error instanceof ConnectionLost) {
              this.#connection = null;
              await this.#engine.drop(connection).catch(() => undefined);
            }
            throw error;
          }
        },
        // A server needs a moment to see that the connection with the lock is gone.
        (error) =>
          this.#hasHadLock && (error instanceof ConnectionLost || error instanceof LockTaken),
      );
    } catch (error) {
      throw this.#engine.fault(error, this.#address);
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
    if (connection !== null) await this.#engine.end(connection).catch(() => undefined);
  }

  async #connected(): Promise<Connection> {
    if (this.#connection !== null) return this.#connection;
    const connection = await this.#engine.connect();
    try {
      if (!(await this.#engine.lock(connection))) {
        const { label, name } = this.#address;
        throw new LockTaken(
          'StoreError',
          `${label}: another push of "${name}" is running. Wait until it has ended.`,
        );
      }
    } catch (error) {
      await this.#engine.drop(connection).catch(() => undefined);
      throw error;
    }
    this.#hasHadLock = true;
    this.#connection = connection;
    return connection;
  }
}
