import { notDeleted } from '../storage/not-deleted.ts';
import { deviceQueries } from './device-queries.ts';
import { memoryQueries } from './memory-queries.ts';
import type { RecentQueries } from './query.ts';

/**
 * If the device's storage is blocked or full, queries are kept in memory while the page is open, without a notice,
 * because the visitor did not ask for them.
 * @param bundle absolute URL of the bundle's folder; null stores nothing on the device
 */
export function openRecentQueries(bundle: string | null): RecentQueries {
  const memory = memoryQueries();
  if (bundle === null) return memory;
  const device = deviceQueries(bundle);
  let usable = true;
  /** Whether the device may contain queries. */
  let hasAnswered = false;

  async function either<T>(work: (queries: RecentQueries) => Promise<T>): Promise<T> {
    if (usable) {
      try {
        const answer = await work(device);
        hasAnswered = true;
        return answer;
      } catch {
        usable = false;
      }
    }
    return work(memory);
  }

  return {
    list: () => either((queries) => queries.list()),
    keep: (asked, instead) => either((queries) => queries.keep(asked, instead)),
    async clear() {
      await memory.clear();
      // Also if writes have failed since, because earlier queries are still stored.
      await device.clear().catch((error: unknown) => {
        if (usable || hasAnswered) throw notDeleted(error);
      });
    },
  };
}
