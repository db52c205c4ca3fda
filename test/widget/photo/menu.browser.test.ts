/** The one menu of a phone: what it has, what it does, and that it gives its nodes back. */
import { beforeEach, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { answerOf, hit, photoFile, ScriptedSearch } from '../scripted-search.ts';
import { all, one, type SoutuSearch, shadow, stage, stateOf } from '../stage.ts';

let element: SoutuSearch;
let search: ScriptedSearch;

beforeEach(async () => {
  const scripted = new ScriptedSearch(({ answer }) => answer(answerOf([hit('a')], { total: 5 })));
  ({ element, search } = stage(scripted, { recent: 'off' }));
  element.style.width = '390px';
  await element.searchPhoto(photoFile());
  await vi.waitFor(() => expect(one(element, 'crop-open').hidden).toBe(false));
});

const isSeen = (part: string) => one(element, part).getClientRects().length > 0;
const focused = () => shadow(element).activeElement;

async function open(): Promise<HTMLDialogElement> {
  one(element, 'menu').focus();
  await userEvent.keyboard('{Enter}');
  await vi.waitFor(() => expect(all(element, 'sheet')).toHaveLength(1));
  return one(element, 'sheet') as HTMLDialogElement;
}

test('has the buttons for the photo, which are not next to the status', async () => {
  expect([isSeen('menu'), isSeen('choose'), isSeen('crop-open')]).toEqual([true, false, false]);
  const sheet = await open();
  expect([sheet.open, sheet.ariaLabel]).toEqual([true, 'More options']);
  expect([isSeen('choose'), isSeen('crop-open')]).toEqual([true, true]);
  expect(sheet.contains(one(element, 'choose'))).toBe(true);
  expect(focused(), 'the first choice').toBe(one(element, 'choose'));
  await userEvent.keyboard('{Escape}');
  await vi.waitFor(() => expect(all(element, 'sheet')).toHaveLength(0));
  expect(one(element, 'actions').contains(one(element, 'choose'))).toBe(true);
  expect([focused(), isSeen('choose')]).toEqual([one(element, 'menu'), false]);
});

test('has a button that closes it, because phones have no Escape key', async () => {
  await open();
  one(element, 'menu-close').click();
  expect([all(element, 'sheet').length, focused()]).toEqual([0, one(element, 'menu')]);
  expect(one(element, 'actions').contains(one(element, 'choose'))).toBe(true);
});

test('leads to the crop sheet, and only one sheet is open', async () => {
  await open();
  one(element, 'crop-open').click();
  await vi.waitFor(() => expect(all(element, 'crop')).toHaveLength(1));
  expect(all(element, 'sheet')).toHaveLength(1);
  expect(focused()).toBe(one(element, 'crop-frame'));
  one(element, 'crop-done').click();
  expect([all(element, 'sheet').length, focused()]).toEqual([0, one(element, 'menu')]);
});

test('a wide page has no menu', () => {
  element.style.width = '700px';
  expect([isSeen('menu'), isSeen('choose'), isSeen('crop-open')]).toEqual([false, true, true]);
});

test('an error has its buttons in view, on a phone, too', async () => {
  element.search = new ScriptedSearch(({ fail }) => fail(new Error('odd')));
  await element.searchPhoto(photoFile('two.gif'));
  expect(stateOf(element)).toBe('error');
  expect([isSeen('menu'), isSeen('choose')]).toEqual([false, true]);
  expect(search.calls).toHaveLength(1);
});
