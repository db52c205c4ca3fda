/** Dots on the things that a search found in the photo, on the page and in the crop sheet. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { PhotoView, Region } from '../../../src/core/image/view.ts';
import { answerOf, hit, photoFile, ScriptedSearch } from '../scripted-search.ts';
import { all, one, type SoutuSearch, stage } from '../stage.ts';

const LEFT: Region = { left: 0.05, top: 0.3, width: 0.3, height: 0.4 };
const RIGHT: Region = { left: 0.65, top: 0.3, width: 0.3, height: 0.4 };
const WHOLE: PhotoView = { turns: 0, region: null };

let element: SoutuSearch;
let search: ScriptedSearch;
/** What a search of a whole photo finds in it. */
let things: readonly Region[];

beforeEach(async () => {
  things = [LEFT, RIGHT];
  const scripted = new ScriptedSearch(({ query, answer }) => {
    const subjects = viewOf(query).region ? [] : things;
    answer(answerOf([hit('a')], { subjects }));
  });
  ({ element, search } = stage(scripted));
  element.style.inlineSize = '800px';
  await element.searchPhoto(photoFile());
  await vi.waitFor(() => expect(dots()).toHaveLength(2));
});

afterEach(() => {
  element.remove();
});

function viewOf(query: unknown): PhotoView {
  return query instanceof Blob ? WHOLE : (query as { view: PhotoView }).view;
}

const dots = (within = 'photo') =>
  [...one(element, within).querySelectorAll<HTMLButtonElement>('[part=dot]')].filter(
    ({ hidden }) => !hidden,
  );
const pressed = (within?: string) => dots(within).map(({ ariaPressed }) => ariaPressed);

test('a dot lies in the middle of its thing, is big enough, and says what it does', () => {
  const photo = one(element, 'photo-stage').getBoundingClientRect();
  const middles = dots().map((dot) => {
    const { left, top, width, height } = dot.getBoundingClientRect();
    expect(width).toBeGreaterThanOrEqual(24);
    expect(height).toBeGreaterThanOrEqual(24);
    return [
      (left + width / 2 - photo.left) / photo.width,
      (top + height / 2 - photo.top) / photo.height,
    ];
  });
  for (const [i, [x = 0, y = 0]] of middles.entries()) {
    expect(x).toBeCloseTo([0.2, 0.8][i] as number, 2);
    expect(y).toBeCloseTo(0.5, 2);
  }
  expect(dots().map(({ ariaLabel }) => ariaLabel)).toEqual([
    'Search this part, 1 of 2',
    'Search this part, 2 of 2',
  ]);
  expect(dots()[0]?.matches('button')).toBe(true);
});

test('a press searches the thing; the dots stay, and the focus, too', async () => {
  dots()[1]?.focus();
  dots()[1]?.click();
  await vi.waitFor(() => expect(viewOf(search.last.query)).toEqual({ turns: 0, region: RIGHT }));
  await vi.waitFor(() =>
    expect(one(element, 'status').textContent).toContain('Part of the photo.'),
  );
  expect(pressed()).toEqual(['false', 'true']);
  expect(element.shadowRoot?.activeElement).toBe(dots()[1]);
  expect(all(element, 'crop')).toHaveLength(0);
});

test.each([
  ['a second press on the dot', () => dots()[0]],
  ['the button in the text', () => one(element, 'trim-undo')],
])('the whole photo is one press away: %s', async (_, button) => {
  dots()[0]?.click();
  await vi.waitFor(() => expect(all(element, 'trim-undo')).toHaveLength(1));
  button()?.click();
  await vi.waitFor(() => expect(viewOf(search.last.query)).toEqual(WHOLE));
  await vi.waitFor(() => expect(all(element, 'trim-undo')).toHaveLength(0));
  expect(pressed()).toEqual(['false', 'false']);
});

test('a photo without things, and another photo after one with things, has no dots', async () => {
  things = [];
  await element.searchPhoto(photoFile('other.gif'));
  await vi.waitFor(() => expect(dots()).toHaveLength(0));
});

test('of two dots whose targets would overlap, the more prominent one is visible', async () => {
  things = [LEFT, { ...LEFT, left: 0.1 }, RIGHT];
  await element.searchPhoto(photoFile('other.gif'));
  await vi.waitFor(() =>
    expect(dots().map(({ ariaLabel }) => ariaLabel)).toEqual([
      'Search this part, 1 of 3',
      'Search this part, 3 of 3',
    ]),
  );
});

describe('in the crop sheet', () => {
  beforeEach(async () => {
    await vi.waitFor(() => expect(one(element, 'crop-open').hidden).toBe(false));
    one(element, 'crop-open').click();
    await vi.waitFor(() => expect(all(element, 'crop')).toHaveLength(1));
    // While the sheet is still without a size, the second dot is hidden by the first.
    await vi.waitFor(() => expect(dots('crop-place')).toHaveLength(things.length));
  });

  test('a press sets the frame', async () => {
    dots('crop-place')[0]?.click();
    await vi.waitFor(() => expect(viewOf(search.last.query).region).toEqual(LEFT));
    expect(pressed('crop-place')).toEqual(['true', 'false']);
    expect(one(element, 'crop').style.getPropertyValue('--_left')).toBe('5%');
  });

  test('after rotation the dots are on the same things', async () => {
    dots('crop-place')[0]?.click();
    await vi.waitFor(() => expect(viewOf(search.last.query).region).toEqual(LEFT));
    one(element, 'turn').click();
    await vi.waitFor(() => expect(viewOf(search.last.query).turns).toBe(1));
    expect(pressed('crop-place')).toEqual(['true', 'false']);
  });
});
