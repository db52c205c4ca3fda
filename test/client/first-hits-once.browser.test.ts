/** A search that is tried again, because its release was replaced, reports first hits once. */
import { expect, test, vi } from 'vitest';
import type { CallOptions } from '../../src/client/api.ts';
import { createSearch } from '../../src/client/create-search.ts';
import type { SearchResponse } from '../../src/core/contract.ts';
import { MissingFileError } from '../../src/core/errors.ts';

const wanted = vi.hoisted(() => [] as boolean[]);

vi.mock('../../src/client/worker/shared-guards.ts', () => ({
  leaveGuard: () => undefined,
  takeGuard: () => ({
    async call(work: (api: object, id: number) => Promise<unknown>, call: CallOptions) {
      const search = async (...[, , , wantsFirst]: unknown[]) => {
        wanted.push(wantsFirst as boolean);
        if (wantsFirst) call.onFirstHits?.({ total: 3 } as SearchResponse);
        if (wanted.length === 1) throw new MissingFileError('shard-1.bin: it is gone.');
        return { notices: [], total: 5 };
      };
      return work({ search }, 1);
    },
  }),
}));

test('first hits of the first try only', async () => {
  const onFirstHits = vi.fn();
  const answer = await createSearch({ bundle: './b/' }).search({ id: 'jug' }, {}, { onFirstHits });
  expect(answer).toMatchObject({ total: 5 });
  expect(onFirstHits.mock.calls).toEqual([[{ total: 3 }]]);
  expect(wanted).toEqual([true, false]);
});
