import { notDeleted } from '../not-deleted.ts';
import { deviceQueries } from './device-queries.ts';
import { memoryQueries } from './memory-queries.ts';
import type { RecentQueries } from './query.ts';

/**
 * Where the device's storage is blocked or full, queries are kept as long as the page is open: that is no
 * reason to disturb a visitor who has not asked for them.
 * @param bundle absolute URL of its folder; null keeps nothing on the device
 */
export function openRecentQueries(bundle: string | null): RecentQueries {
  const memory = memoryQueries();
  if (bundle === null) return memory;
  const device = deviceQueries(bundle);
  let usable = true;
  /** Whether something may lie on the device. */
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
      // Also where it failed meanwhile: what was kept before that is still there.
      await device.clear().catch((error: unknown) => {
        if (usable || hasAnswered) throw notDeleted(error);
      });
    },
  };
}
