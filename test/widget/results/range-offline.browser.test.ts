/** The fields for a range are in a script that is loaded on demand. */
import { expect, test, vi } from 'vitest';
import { answerOf, hit, photoFile, ScriptedSearch } from '../scripted-search.ts';
import { one, settled, stage } from '../stage.ts';

vi.mock('../../../src/widget/sheets/load-sheets.ts', () => ({
  loadSheets: () => Promise.reject(new Error('There is no network.')),
}));

test('if it cannot be loaded, the place of the fields says so', async () => {
  const ranges = { price: { min: 1, max: 9 } };
  const answer = answerOf([hit('a'), hit('b')], { total: 9, ranges });
  const { element } = stage(new ScriptedSearch((call) => call.answer(answer)));
  await element.searchPhoto(photoFile());
  await settled();
  one(element, 'facet').click();
  await expect.poll(() => one(element, 'values').textContent).toBe('There is no network.');
  expect(one(element, 'values').querySelector('[role=alert]')).not.toBeNull();
});
