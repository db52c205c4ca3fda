/** Calls that the page gives up. */
import { expect, test } from 'vitest';
import { createSearch } from '../../../src/client/create-search.ts';

test.each([
  ['a time limit', new DOMException('Five seconds are over.', 'TimeoutError')],
  ['an error of its own', new RangeError('The dialog was closed.')],
  ['a text', 'enough'],
])('reject with the reason of the page itself: %s', async (_, reason) => {
  const search = createSearch({ bundle: './nowhere/' });
  const got = await search.info({ signal: AbortSignal.abort(reason) }).catch((error) => error);
  expect(got).toBe(reason);
  expect(search.worker).toBe('unstarted');
  search.dispose();
});
