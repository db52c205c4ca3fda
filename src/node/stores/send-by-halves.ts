import type { RowFailure } from './store.ts';

/**
 * Sends rows to an engine that refuses all of a request if one row of it is wrong: halves find out which.
 * @param send returns why the engine refuses a request with these rows, of which it then has none; null if it takes them
 * @returns the rows that the engine refused
 */
export async function sendByHalves<Row>(
  rows: readonly Row[],
  idOf: (row: Row) => string,
  send: (rows: readonly Row[]) => Promise<string | null>,
): Promise<readonly RowFailure[]> {
  const reason = await send(rows);
  if (reason === null) return [];
  if (rows.length <= 1) return rows.map((row) => ({ id: idOf(row), reason }));
  const half = Math.ceil(rows.length / 2);
  return [
    ...(await sendByHalves(rows.slice(0, half), idOf, send)),
    ...(await sendByHalves(rows.slice(half), idOf, send)),
  ];
}
