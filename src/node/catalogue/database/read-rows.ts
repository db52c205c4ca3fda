/** Reads all rows of a query, with a new connection where one is lost. */
import { messageOf } from '../../../core/errors.ts';
import { sleep } from '../../../core/timeout.ts';
import { type Connection, ConnectionLost, type Database, type Row } from './connection.ts';
import { type Position, type Query, readPage, shownKey } from './paging.ts';

export interface Retries {
  /** New connections in a row that may fail. */
  readonly tries: number;
  /** Before the second try; twice as long before each further one. */
  readonly backOffMs: number;
}

export const DEFAULT_RETRIES: Retries = { tries: 6, backOffMs: 1000 };

/**
 * @param first the connection to begin with; it is closed at the end, as are all others
 * @param warn takes a line without a place
 * @throws ConnectionLost if the server does not come back, or if rows may be lost or come twice; what `readPage` throws
 */
export async function* readRows(
  database: Database,
  first: Connection,
  query: Query,
  warn: (line: string) => void,
  { tries, backOffMs }: Retries = DEFAULT_RETRIES,
): AsyncGenerator<readonly Row[]> {
  let connection: Connection | null = first;
  let position: Position = { count: 0 };
  let failures = 0;
  try {
    for (;;) {
      try {
        connection ??= await database.connect();
        const page = await readPage(connection, query, position);
        failures = 0;
        yield page.rows;
        if (page.next === null) return;
        position = page.next;
      } catch (error) {
        if (!(error instanceof ConnectionLost)) throw error;
        await connection?.close();
        connection = null;
        const reason = messageOf(error);
        const after = `after ${position.count} rows`;
        if (query.paging === 'offset') {
          // Rows may have been added or deleted since the transaction began, which moves all others.
          throw new ConnectionLost(
            `the connection was lost ${after} (${reason}). With --paging offset, reading cannot go on where it ended. Build again`,
          );
        }
        failures++;
        if (failures > tries) {
          throw new ConnectionLost(
            `the connection was lost ${after}, and ${tries} new ones failed (${reason}). Build again when the server is back`,
          );
        }
        const key = position.key === undefined ? '' : `, behind ${shownKey(position.key)}`;
        if (failures === 1)
          warn(`the connection was lost ${after}${key} (${reason}). Connecting again.`);
        if (failures > 1) await sleep(backOffMs * 2 ** (failures - 2));
      }
    }
  } finally {
    await connection?.close();
  }
}
