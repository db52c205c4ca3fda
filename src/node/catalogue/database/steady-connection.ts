/** A connection that is replaced by a new one where it is lost. */
import { messageOf, SoutuError } from '../../../core/errors.ts';
import { sleep } from '../../../core/timeout.ts';
import { ConnectionLost } from '../../database/connection-lost.ts';
import type { Connection, Database } from './connection.ts';

export interface Retries {
  /** New connections in a row that may fail. */
  readonly tries: number;
  /** Before the second try; twice as long before each further one. */
  readonly backOffMs: number;
}

export const DEFAULT_RETRIES: Retries = { tries: 6, backOffMs: 1000 };

export class SteadyConnection {
  readonly #database: Database;
  readonly #retries: Retries;
  readonly #warn: (line: string) => void;
  #connection: Connection | null;

  private constructor(
    database: Database,
    connection: Connection,
    retries: Retries,
    warn: (line: string) => void,
  ) {
    this.#database = database;
    this.#connection = connection;
    this.#retries = retries;
    this.#warn = warn;
  }

  /**
   * A first connection that fails is an error at once: probably the address is wrong.
   * @param warn takes a line without a place
   */
  static async open(database: Database, retries: Retries, warn: (line: string) => void) {
    return new SteadyConnection(database, await database.connect(), retries, warn);
  }

  /**
   * @param work is done again with a new connection
   * @param place how far reading has come, such as `after 500 rows`
   * @throws ConnectionLost if the server does not come back; what `work` throws
   */
  async run<T>(work: (connection: Connection) => Promise<T>, place: string): Promise<T> {
    const { tries, backOffMs } = this.#retries;
    for (let failures = 0; ; ) {
      try {
        this.#connection ??= await this.#database.connect().catch(asLost);
        return await work(this.#connection);
      } catch (error) {
        if (!(error instanceof ConnectionLost)) throw error;
        await this.close();
        const reason = messageOf(error).replace(/\.$/, '');
        failures++;
        if (failures > tries) {
          throw new ConnectionLost(
            `the connection was lost ${place}, and ${tries} new ones failed (${reason}). Build again when the server is back`,
          );
        }
        if (failures === 1) {
          this.#warn(`the connection was lost ${place} (${reason}). Connecting again.`);
        } else await sleep(backOffMs * 2 ** (failures - 2));
      }
    }
  }

  /** Passes a line on to the owner. */
  tell(line: string): void {
    this.#warn(line);
  }

  /** Never throws. */
  async close(): Promise<void> {
    await this.#connection?.close();
    this.#connection = null;
  }
}

/** Wrong user, password or database. Any other fault may pass: this server was reached before. */
const REFUSED = /^(ER_ACCESS_DENIED|ER_DBACCESS_DENIED|ER_BAD_DB_ERROR|28P01|28000|3D000)/;

function asLost(error: unknown): never {
  const { code } = error as { code?: unknown };
  if (error instanceof ConnectionLost || error instanceof SoutuError) throw error;
  if (REFUSED.test(String(code))) throw error;
  throw new ConnectionLost(messageOf(error), { cause: error });
}
