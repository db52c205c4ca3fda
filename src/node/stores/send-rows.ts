/** Sends rows to an engine that refuses a whole request if one row of it is wrong. */
import { sendByHalves } from './send-by-halves.ts';
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

/** @returns the rows that the engine refused */
export async function sendRows(
  rows: readonly StoreRow[],
  { mostBytes, textOf, send, reasonOf }: SendRows,
): Promise<readonly RowFailure[]> {
  const failures: RowFailure[] = [];
  const sendBatch = async (ready: readonly Ready[]): Promise<void> => {
    const refused = await sendByHalves(
      ready,
      ({ id }) => id,
      async (some) => {
        try {
          await send(some.map(({ text }) => text));
          return null;
        } catch (error) {
          const reason = reasonOf(error);
          if (reason === null) throw error;
          return reason;
        }
      },
    );
    failures.push(...refused);
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
      await sendBatch(batch);
      batch = [];
      bytes = 0;
    }
    batch.push({ id, text });
    bytes += size;
  }
  if (batch.length > 0) await sendBatch(batch);
  return failures;
}

function isDirection(vector: Float32Array): boolean {
  const square = vector.reduce((sum, x) => sum + x * x, 0);
  return Number.isFinite(square) && square > 0;
}
