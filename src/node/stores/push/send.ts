import { setImmediate as otherWork } from 'node:timers/promises';
import type { Draft, RowFailure, StoreRow } from '../store.ts';
import type { PushReporter } from './options.ts';

export interface Sent {
  readonly sent: number;
  readonly unchanged: number;
  readonly removed: number;
  readonly failures: readonly RowFailure[];
}

/** Rows that are handed to an adapter at once; it divides them further as its engine likes. */
const BATCH = 5000;

/**
 * Brings a draft to the state of a bundle: sends rows that are new or have changed, and removes others.
 * @param pieces the rows of the bundle
 */
export async function send(
  draft: Draft,
  pieces: AsyncIterable<readonly StoreRow[]>,
  reporter: PushReporter,
): Promise<Sent> {
  const held = await draft.held();
  const gone = new Set(held.keys());
  const failures: RowFailure[] = [];
  let batch: StoreRow[] = [];
  let done = 0;
  let sent = 0;
  let unchanged = 0;
  const upsert = async (rows: readonly StoreRow[]) => {
    const refused = await draft.upsert(rows);
    sent += rows.length - refused.length;
    for (const failure of refused) {
      failures.push(failure);
      // The engine may hold the item as it was before.
      if (held.has(failure.id)) gone.add(failure.id);
      reporter.warn(`Refused by the engine: ${failure.id} (${failure.reason})`);
    }
  };
  // One batch is with the engine while the next is prepared.
  let sending: Promise<void> = Promise.resolve();
  const flush = async () => {
    const rows = batch;
    batch = [];
    await sending;
    if (rows.length === 0) return;
    sending = upsert(rows);
    // It is awaited before the next batch.
    sending.catch(() => undefined);
  };
  try {
    for await (const rows of pieces) {
      for (const row of rows) {
        const { id } = row.item;
        gone.delete(id);
        if (held.get(id) === row.hash) unchanged++;
        else batch.push(row);
        done++;
        if (batch.length < BATCH) continue;
        await flush();
        reporter.step(done);
      }
      if (batch.length === 0) reporter.step(done);
      await otherWork();
    }
    await flush();
  } finally {
    await sending;
  }
  reporter.step(done);
  const refusedIds = new Set(failures.map(({ id }) => id));
  await draft.remove([...gone]);
  return {
    sent,
    unchanged,
    removed: [...gone].filter((id) => !refusedIds.has(id)).length,
    failures,
  };
}
