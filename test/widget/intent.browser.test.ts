/** The worker starts at a hint of intent, not before: a visitor who reads past the search pays nothing. */
import { expect, test } from 'vitest';
import { answerOf, hit, photoFile, ScriptedSearch } from './scripted-search.ts';
import { nextEvent, one, settled, stage } from './stage.ts';

test('the focus in the empty element is one, once', async () => {
  const { element, search } = stage();
  await settled();
  expect(search.preloads).toBe(0);
  one(element, 'choose').focus();
  await settled();
  expect(search.preloads).toBe(1);
  // Once; what follows are steps of the same visit.
  one(element, 'choose').blur();
  one(element, 'choose').focus();
  expect(search.preloads).toBe(1);
});

test('an element that is in no page hears nothing', () => {
  const { element, search } = stage();
  element.remove();
  element.dispatchEvent(new FocusEvent('focusin'));
  expect(search.preloads).toBe(0);
});

test('with results there is nothing to prepare', async () => {
  const { element, search } = stage(
    new ScriptedSearch(({ answer }) => answer(answerOf([hit('a')]))),
  );
  const results = nextEvent('soutu-results');
  await element.searchPhoto(photoFile());
  await results;
  const before = search.preloads;
  one(element, 'choose').focus();
  await settled();
  expect(search.preloads).toBe(before);
});

test('a large load waits for more than the focus', async () => {
  const search = new ScriptedSearch();
  search.toLoad = { index: 0, model: 5_000_000, engine: 0 };
  const { element } = stage(search);
  one(element, 'choose').focus();
  await settled();
  expect(search.preloads).toBe(0);
});
