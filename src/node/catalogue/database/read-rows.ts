import type { Row } from './connection.ts';
import { type Page, type Position, type Query, readPage, shownKey } from './paging.ts';
import type { SteadyConnection } from './steady-connection.ts';

/** Rows may have been added or deleted since the lost transaction began, which moves all others. */
const OFFSETS_MOVED = 'With --paging offset, reading cannot go on where it ended. Build again';

/**
 * Reads all rows of a query page by page.
 * @throws ConnectionLost if the server does not come back, or if rows may be lost or come twice; what `readPage` throws
 */
export async function* readRows(
  connection: SteadyConnection,
  query: Query,
): AsyncGenerator<readonly Row[]> {
  let position: Position | null = { count: 0 };
  while (position !== null) {
    const from: Position = position;
    const behind = from.key === undefined ? '' : `, behind ${shownKey(from.key)}`;
    const page: Page = await connection.run(
      (one) => readPage(one, query, from),
      `after ${from.count} rows${behind}`,
      query.paging === 'offset' ? OFFSETS_MOVED : null,
    );
    yield page.rows;
    position = page.next;
  }
}
