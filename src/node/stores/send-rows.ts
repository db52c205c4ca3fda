/** Sends rows to an engine that refuses a whole request if one row of it is wrong. */
import type { RowFailure, StoreRow } from './store.ts';

export interface SendRows {
  /** The most bytes of rows in a request. */
  readonly mostBytes: number;
  /** One row as the request has it, in JSON. */
  textOf(row: StoreRow): string;
  /** Sends rows, each as `textOf` made it. */
  send(texts: readonly string[]): Promise<void>;
  /** What is wrong with a row of the request; null if the error is not about rows. */
  reasonOf(error: unknown): string | null;
}

interface Ready {
  readonly id: string;
  readonly text: string;
}

/** @returns the rows that the engine refused. A request with one is halved until the row is alone. */
export async function sendRows(
  rows: readonly StoreRow[],
  { mostBytes, textOf, send, reasonOf }: SendRows,
): Promise<readonly RowFailure[]> {
  const failures: RowFailure[] = [];
  const sendSome = async (some: readonly Ready[]): Promise<void> => {
    try {
      await send(some.map(({ text }) => text));
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === null) throw error;
      const [first] = some;
      if (some.length <= 1) {
        if (first) failures.push({ id: first.id, reason });
        return;
      }
      const half = some.length >> 1;
      await sendSome(some.slice(0, half));
      await sendSome(some.slice(half));
    }
  };
  let batch: Ready[] = [];
  let bytes = 0;
  for (const row of rows) {
    const { id } = row.item;
    // Some engines take such vectors, and find them everywhere.
    if (!isDirection(row.vector)) {
      failures.push({ id, reason: 'The vector is zero or contains NaN.' });
      continue;
    }
    const text = textOf(row);
    const size = Buffer.byteLength(text);
    if (batch.length > 0 && bytes + size > mostBytes) {
      await sendSome(batch);
      batch = [];
      bytes = 0;
    }
    batch.push({ id, text });
    bytes += size;
  }
  if (batch.length > 0) await sendSome(batch);
  return failures;
}

function isDirection(vector: Float32Array): boolean {
  const square = vector.reduce((sum, x) => sum + x * x, 0);
  return Number.isFinite(square) && square > 0;
}
