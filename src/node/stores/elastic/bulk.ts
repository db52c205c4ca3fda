/** Bulk requests. The engine answers 200 even if it refused every document: each has a status of its own. */
import { setImmediate as otherWork } from 'node:timers/promises';
import { isRecord } from '../../../core/check-record.ts';
import { sleep } from '../../../core/timeout.ts';
import { HttpFault } from '../http/client.ts';
import { STORE_RETRIES } from '../retry.ts';
import type { RowFailure } from '../store.ts';
import { reasonOf, rowFault } from './faults.ts';
import { type Indices, WRITE } from './indices.ts';

/** Engines advise 5 to 15 MB. */
const MOST_BYTES = 6_000_000;

export interface BulkAction {
  /** Of the item. */
  readonly id: string;
  /** One or two lines of JSON, each with its end. */
  readonly lines: string;
}

/**
 * @param actions are made while those before are with the engine
 * @returns the documents that the engine refused; what may pass was tried again
 */
export async function bulk(
  indices: Indices,
  index: string,
  actions: Iterable<BulkAction>,
): Promise<readonly RowFailure[]> {
  const failures: RowFailure[] = [];
  let sending: Promise<readonly RowFailure[]> = Promise.resolve([]);
  for (const batch of batches(actions)) {
    failures.push(...(await sending));
    sending = send(indices, index, batch);
    // It is awaited before the next request.
    sending.catch(() => undefined);
    // The request goes out before the next documents are made.
    await otherWork();
  }
  failures.push(...(await sending));
  return failures;
}

function* batches(actions: Iterable<BulkAction>): Generator<readonly BulkAction[]> {
  let batch: BulkAction[] = [];
  let length = 0;
  for (const action of actions) {
    if (length + action.lines.length > MOST_BYTES && batch.length > 0) {
      yield batch;
      batch = [];
      length = 0;
    }
    batch.push(action);
    length += action.lines.length;
  }
  if (batch.length > 0) yield batch;
}

async function send(
  indices: Indices,
  index: string,
  batch: readonly BulkAction[],
): Promise<readonly RowFailure[]> {
  const failures: RowFailure[] = [];
  let open = batch;
  const { tries, backOffMs } = STORE_RETRIES;
  for (let failed = 0; ; failed++) {
    const answer = await indices.request(
      'POST',
      `/${index}/_bulk?filter_path=errors,items.*.status,items.*.error`,
      open.map(({ lines }) => lines).join(''),
      WRITE,
    );
    if (answer.errors !== true) return failures;
    const results = Array.isArray(answer.items) ? answer.items : [];
    const again: BulkAction[] = [];
    open.forEach((action, i) => {
      const [result] = isRecord(results[i]) ? Object.values(results[i]) : [];
      const { status, error } = isRecord(result) ? result : {};
      if (!isRecord(error)) return;
      // Not the row's fault: a full disk, an index that is read-only.
      if (error.type === 'cluster_block_exception') {
        throw indices.fault(new HttpFault(reasonOf(error), Number(status), error.type, answer));
      }
      if (status !== 429 && status !== 503) {
        failures.push({ id: action.id, reason: rowFault(error, indices.address) });
        return;
      }
      // An engine that is overloaded for this long must end the push, or the catalogue would be incomplete.
      if (failed === tries) {
        throw indices.fault(new HttpFault(reasonOf(error), Number(status), 'busy', answer));
      }
      again.push(action);
    });
    if (again.length === 0) return failures;
    open = again;
    await sleep(backOffMs * 2 ** failed);
  }
}
