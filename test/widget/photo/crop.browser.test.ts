/** The frame over the photo: by mouse, finger and keyboard; turned; and what is searched then. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { PhotoView, Region } from '../../../src/core/image/view.ts';
import { type At, dragByMouse, dragByTouch, moveMouse, on } from '../../support/pointer.ts';
import { answerOf, hit, ScriptedSearch } from '../scripted-search.ts';
import { all, one, type SoutuSearch, stage, stateOf } from '../stage.ts';

/** Twice as wide as high; made once, for browsers take a second to encode a picture. */
const blob = await photo();

async function photo(): Promise<Blob> {
  const canvas = new OffscreenCanvas(400, 200);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('No canvas.');
  context.fillStyle = '#864';
  context.fillRect(0, 0, 400, 200);
  return canvas.convertToBlob();
}

let element: SoutuSearch;
let search: ScriptedSearch;

beforeEach(async () => {
  ({ element, search } = stage(new ScriptedSearch(({ answer }) => answer(answerOf([hit('a')])))));
  await element.searchPhoto(blob);
  await vi.waitFor(() => expect(one(element, 'crop-open').hidden).toBe(false));
  await open();
});

afterEach(() => {
  element.remove();
});

/** The script of the sheet is loaded on demand. */
async function open(): Promise<void> {
  one(element, 'crop-open').click();
  await vi.waitFor(() => expect(all(element, 'crop')).toHaveLength(1));
  await vi.waitFor(() => expect(imageInSheet().naturalWidth).toBe(400));
}

const sheet = () => one(element, 'sheet') as HTMLDialogElement;
const imageInSheet = () => sheet().querySelector('img') as HTMLImageElement;
const isOpen = () => all(element, 'sheet').length > 0;

const focused = () => element.shadowRoot?.activeElement;

function lastView(): PhotoView {
  const { query } = search.last;
  if (query instanceof Blob || !('photo' in query)) return { turns: 0, region: null };
  expect(query.photo).toBe(blob);
  return query.view;
}

/** Of the last search; to half a percent. */
function expectRegion(left: number, top: number, width: number, height: number) {
  const { region } = lastView();
  if (!region) throw new Error('Expected a part, the whole photo was searched.');
  const expected: Region = { left, top, width, height };
  for (const side of ['left', 'top', 'width', 'height'] as const) {
    expect(
      Math.abs(region[side] - expected[side]),
      `${side} of ${JSON.stringify(region)}`,
    ).toBeLessThan(0.005);
  }
}

/** The frame as it is seen, in fractions of the photo. */
function frameSeen(): Region {
  const outer = crop().getBoundingClientRect();
  const { left, top, width, height } = one(element, 'crop-frame').getBoundingClientRect();
  return {
    left: (left - outer.left) / outer.width,
    top: (top - outer.top) / outer.height,
    width: width / outer.width,
    height: height / outer.height,
  };
}

const calls = () => search.calls.length;
const crop = () => one(element, 'crop');
const drag = { mouse: dragByMouse, touch: dragByTouch };

describe.each(['mouse', 'touch'] as const)('by %s', (by) => {
  test('a frame is drawn, moved and stretched; each gesture searches once, at its end', async () => {
    await drag[by](on(crop(), 0.75, 0.8), on(crop(), 0.5, 0.5), on(crop(), 0.25, 0.2));
    expect(calls()).toBe(2);
    expectRegion(0.25, 0.2, 0.5, 0.6);
    expect(frameSeen().left).toBeCloseTo(0.25, 2);

    await drag[by](on(crop(), 0.5, 0.5), on(crop(), 0.6, 0.5), on(crop(), 0.7, 0.6));
    expect(calls()).toBe(3);
    expectRegion(0.45, 0.3, 0.5, 0.6);

    await drag[by](on(crop(), 0.45, 0.3), on(crop(), 0.5, 0.3), on(crop(), 0.55, 0.1));
    expect(calls()).toBe(4);
    expectRegion(0.55, 0.1, 0.4, 0.8);
  });

  test('it never leaves the photo, nor gets too small to be held', async () => {
    await drag[by](on(crop(), 0.5, 0.5), on(crop(), 0.51, 0.52), on(crop(), 0.52, 0.55));
    const { width, height } = crop().getBoundingClientRect();
    const { region } = lastView();
    expect(region?.width).toBeCloseTo(64 / width, 5);
    expect(region?.height).toBeCloseTo(64 / height, 5);
    const middle = on(one(element, 'crop-frame'), 0.5, 0.5);
    await drag[by](middle, on(crop(), 1.3, 0.9), on(crop(), 1.6, 1.4));
    expectRegion(1 - 64 / width, 1 - 64 / height, 64 / width, 64 / height);
  });

  test('two clicks do what a drag does: draw, move and stretch', async () => {
    const click = (at: At) => drag[by](at, at);
    await click(on(crop(), 0.75, 0.8));
    expect([calls(), lastView().region], 'one alone searches nothing').toEqual([1, null]);
    await click(on(crop(), 0.25, 0.2));
    expect(calls()).toBe(2);
    expectRegion(0.25, 0.2, 0.5, 0.6);

    await click(on(crop(), 0.5, 0.5));
    await click(on(crop(), 0.7, 0.6));
    expect(calls()).toBe(3);
    expectRegion(0.45, 0.3, 0.5, 0.6);

    await click(on(crop(), 0.45, 0.3));
    await click(on(crop(), 0.55, 0.1));
    expect(calls()).toBe(4);
    expectRegion(0.55, 0.1, 0.4, 0.8);
  });

  test('after a click, a drag begins anew, and Escape takes the click back', async () => {
    const first = on(crop(), 0.1, 0.1);
    await drag[by](first, first);
    await drag[by](on(crop(), 0.3, 0.2), on(crop(), 0.4, 0.5), on(crop(), 0.8, 0.8));
    expect(calls()).toBe(2);
    expectRegion(0.3, 0.2, 0.5, 0.6);

    await drag[by](first, first);
    await userEvent.keyboard('{Escape}');
    expect(frameSeen().left).toBeCloseTo(0.3, 2);
    expect([calls(), isOpen()]).toEqual([2, true]);
  });

  test('a double click selects nothing', async () => {
    const at = on(crop(), 0.4, 0.4);
    await drag[by](at, at);
    await drag[by](at, at);
    expect([calls(), lastView().region]).toEqual([1, null]);
    expect(frameSeen()).toEqual({ left: 0, top: 0, width: 1, height: 1 });
  });

  test('a click is taken back by another button', async () => {
    const at = on(crop(), 0.1, 0.1);
    await drag[by](at, at);
    one(element, 'turn').focus();
    expect(frameSeen()).toEqual({ left: 0, top: 0, width: 1, height: 1 });
    expect(calls()).toBe(1);
  });
});

test('between two clicks, the frame follows the mouse', async () => {
  const at = on(crop(), 0.2, 0.2);
  await dragByMouse(at, at);
  await moveMouse(on(crop(), 0.6, 0.7));
  expect(frameSeen().width).toBeCloseTo(0.4, 2);
  expect(frameSeen().height).toBeCloseTo(0.5, 2);
  expect(calls()).toBe(1);
});

test('the page does not scroll under a finger on the frame, and its corners are large enough', () => {
  expect(getComputedStyle(crop()).touchAction).toBe('none');
  const handles = all(element, 'crop-handle');
  expect(handles).toHaveLength(4);
  for (const handle of handles) {
    const { width, height } = handle.getBoundingClientRect();
    expect([width, height]).toEqual([44, 44]);
  }
});

describe('by keyboard', () => {
  const keys = (text: string) => userEvent.keyboard(text);
  const searched = (times: number) => vi.waitFor(() => expect(calls()).toBe(times));

  test('opened, the frame has the focus and says what keys do', () => {
    const frame = one(element, 'crop-frame');
    expect(focused()).toBe(frame);
    expect(frame.ariaLabel).toBe('Frame around the part to search for');
    expect(frame.ariaDescription).toContain('Arrow keys move the frame');
    expect([sheet().open, sheet().ariaLabel]).toEqual([true, 'Choose a part']);
  });

  test('Shift and arrows change its size, arrows move it; many keys search once', async () => {
    await keys('{Shift>}{ArrowLeft}{ArrowLeft}{ArrowLeft}{ArrowUp}{ArrowUp}{/Shift}');
    await keys('{ArrowRight}{ArrowDown}');
    expect(calls(), 'not while keys are pressed').toBe(1);
    await searched(2);
    expectRegion(0.02, 0.02, 0.94, 0.96);
    expect(sheet().querySelector('[aria-live]')?.textContent).toBe(
      '94% by 96% of the photo, 2% from the left, 2% from the top',
    );
    await keys('{ArrowLeft}{ArrowLeft}{Enter}');
    expect(calls(), 'Enter does not wait').toBe(3);
    expectRegion(0, 0.02, 0.94, 0.96);
    expect(focused(), 'the focus stays through the search').toBe(one(element, 'crop-frame'));
  });

  test('leaving the frame does not wait either', async () => {
    await keys('{Shift>}{ArrowLeft}{/Shift}{Tab}');
    expect([calls(), focused()]).toEqual([2, one(element, 'turn')]);
    await keys('{Tab}');
    expect(focused()).toBe(one(element, 'whole'));
  });

  test('Escape takes the whole photo, then closes', async () => {
    await keys('{Shift>}{ArrowLeft}{/Shift}{Enter}');
    await keys('{Escape}');
    expect([calls(), lastView().region]).toEqual([3, null]);
    await keys('{Escape}');
    await vi.waitFor(() => expect(isOpen()).toBe(false));
    expect(calls()).toBe(3);
  });
});

describe('turned', () => {
  test('the part turns along, and what is seen is what is searched', async () => {
    // The lower right corner of the whole.
    await dragByMouse(on(crop(), 0.99, 0.99), on(crop(), 0.6, 0.6), on(crop(), 0.5, 0.5));
    one(element, 'turn').click();
    expect(lastView().turns).toBe(1);
    expectRegion(0.5, 0, 0.5, 0.5);
    expect(frameSeen().left).toBeCloseTo(0.5, 2);
    const { width, height } = crop().getBoundingClientRect();
    expect(width / height).toBeCloseTo(0.5, 2);
    const image = imageInSheet().getBoundingClientRect();
    expect([image.width, image.height]).toEqual([
      expect.closeTo(width, 0),
      expect.closeTo(height, 0),
    ]);
    for (const turns of [2, 3, 0]) {
      one(element, 'turn').click();
      expect(lastView().turns).toBe(turns);
    }
    expectRegion(0, 0, 0.5, 0.5);
    one(element, 'whole').click();
    expect(search.last.query, 'upright and whole it is the photo itself').toBe(blob);
  });
});

describe('meanwhile', () => {
  test('results stay until the new ones are there, and pages go on from the part', async () => {
    const manual = new ScriptedSearch();
    element.search = manual;
    void element.searchPhoto(blob);
    manual.last.answer(answerOf([hit('whole')], { total: 5, vector: null }));
    await vi.waitFor(() => expect(one(element, 'crop-open').hidden).toBe(false));
    await open();
    const status = () => one(element, 'sheet-status').textContent;
    const told = () => one(element, 'heading').textContent;
    expect(status(), 'the page behind is inert').toBe(told());
    await dragByMouse(on(crop(), 0.1, 0.1), on(crop(), 0.3, 0.3), on(crop(), 0.6, 0.6));
    expect(stateOf(element)).toBe('loading');
    expect(one(element, 'title').textContent).toBe('Title of whole');
    expect(one(element, 'results').inert).toBe(true);
    const asked = manual.last.query;
    manual.last.answer(answerOf([hit('part'), hit('b')], { total: 5, vector: null }));
    await vi.waitFor(() => expect(one(element, 'title').textContent).toBe('Title of part'));
    expect(one(element, 'results').inert).toBe(false);
    expect([status(), isOpen()]).toEqual([told(), true]);
    expect(told()).toBe('2 likely matches');
    one(element, 'more').click();
    expect(manual.last.query).toEqual(asked);
  });

  test('another photo closes it and begins whole', async () => {
    await dragByMouse(on(crop(), 0.1, 0.1), on(crop(), 0.3, 0.3), on(crop(), 0.6, 0.6));
    const next = new Blob([blob], { type: blob.type });
    await element.searchPhoto(next);
    expect(search.last.query).toBe(next);
    await vi.waitFor(() => expect(one(element, 'crop-open').hidden).toBe(false));
    expect(isOpen()).toBe(false);
    expect(one(element, 'photo-part').getClientRects()).toHaveLength(0);
  });

  test('closed, the small photo shows its part, and opens the sheet, too', async () => {
    await dragByMouse(on(crop(), 0.1, 0.1), on(crop(), 0.3, 0.3), on(crop(), 0.6, 0.6));
    one(element, 'crop-done').click();
    expect(isOpen()).toBe(false);
    const stage = one(element, 'photo-stage').getBoundingClientRect();
    const part = one(element, 'photo-part').getBoundingClientRect();
    expect((part.left - stage.left) / stage.width).toBeCloseTo(0.1, 1);
    expect(part.width / stage.width).toBeCloseTo(0.5, 1);
    one(element, 'photo-image').click();
    await vi.waitFor(() => expect(isOpen()).toBe(true));
  });

  test('a press outside closes it; a drag that ends outside does not', async () => {
    const { top } = sheet().getBoundingClientRect();
    await dragByMouse(on(crop(), 0.5, 0.5), on(crop(), 0.2, 0.2), { x: 5, y: top - 20 });
    expect(isOpen()).toBe(true);
    await dragByMouse({ x: 5, y: top - 20 }, { x: 5, y: top - 20 });
    expect(isOpen()).toBe(false);
  });

  test('the sheet goes with the element', async () => {
    element.remove();
    expect(isOpen()).toBe(false);
  });
});
