import { ConnectionLost } from '../../database/connection-lost.ts';
import type { Connection, Row } from './connection.ts';
import { isUnchanged, type Page, type Position, type Query, readPage, shownKey } from './paging.ts';
import type { SteadyConnection } from './steady-connection.ts';

/** Rows of one page. */
export interface Piece {
  readonly rows: readonly Row[];
  /** True if all earlier rows are to be forgotten, because reading has begun again. */
  readonly isFirst: boolean;
}

const START: Position = { count: 0 };
/** A table that changes with each new connection is not read for ever. */
const MOST_STARTS = 5;

/**
 * Reads all rows of a query page by page. With a new connection, reading goes on after the last id if as many rows are up
 * to it as were read. Otherwise the rows have changed, and reading begins again.
 * @throws ConnectionLost if the server does not come back, or too often; what `readPage` throws
 */
export async function* readRows(connection: SteadyConnection, query: Query): AsyncGenerator<Piece> {
  let position: Position | null = START;
  let reader: Connection | null = null;
  let starts = 1;
  while (position !== null) {
    const from: Position = position;
    const after = from.key === undefined ? '' : `, after id ${shownKey(from.key)}`;
    const page: Page | null = await connection.run(async (one) => {
      const canGoOn = reader === null || reader === one || (await isUnchanged(one, query, from));
      reader = one;
      return canGoOn ? readPage(one, query, from) : null;
    }, `after ${from.count} rows${after}`);
    if (page === null) {
      if (starts === MOST_STARTS) {
        throw new ConnectionLost(
          `the rows changed whenever the connection was lost, ${MOST_STARTS} times. Build again later`,
        );
      }
      starts++;
      connection.tell('the rows may have changed meanwhile, so all are read again.');
      position = START;
      continue;
    }
    yield { rows: page.rows, isFirst: from.count === 0 };
    position = page.next;
  }
}
