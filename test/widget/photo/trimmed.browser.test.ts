/** Borders that the search cut away: the frame is shown, and the visitor undoes it with one click. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { PhotoView } from '../../../src/core/image/view.ts';
import { answerOf, hit, photoFile, ScriptedSearch } from '../scripted-search.ts';
import { all, one, type SoutuSearch, stage } from '../stage.ts';

const FRAME = { left: 0.1, top: 0.2, width: 0.8, height: 0.6 };
const blob = photoFile();

let element: SoutuSearch;
let search: ScriptedSearch;

/** Finds borders as the worker does: in photos without a region, unless they are to be kept. */
beforeEach(async () => {
  const scripted = new ScriptedSearch(({ query, answer }) => {
    const view = viewOf(query);
    const isTrimmed = view.region === null && view.borders !== 'kept';
    answer(answerOf([hit('a')], { frame: isTrimmed ? FRAME : null }));
  });
  ({ element, search } = stage(scripted));
  await element.searchPhoto(blob);
});

afterEach(() => {
  element.remove();
});

function viewOf(query: unknown): PhotoView {
  return query instanceof Blob ? { turns: 0, region: null } : (query as { view: PhotoView }).view;
}

const undo = () => one(element, 'trim-undo') as HTMLButtonElement;

test('the frame is shown on the photo, and a quiet line says why', () => {
  expect(one(element, 'status').textContent).toContain('Borders trimmed. Undo');
  const shade = element.shadowRoot?.querySelector<HTMLElement>('.shade');
  expect(shade?.hidden).toBe(false);
});

test('Undo searches the whole photo, and nothing is trimmed again', async () => {
  undo().click();
  await vi.waitFor(() => expect(all(element, 'trim-undo')).toHaveLength(0));
  expect(viewOf(search.last.query)).toEqual({ turns: 0, region: null, borders: 'kept' });
  expect(element.shadowRoot?.querySelector<HTMLElement>('.shade')?.hidden).toBe(true);
});

describe('in the crop sheet', () => {
  beforeEach(async () => {
    await vi.waitFor(() => expect(one(element, 'crop-open').hidden).toBe(false));
    one(element, 'crop-open').click();
    await vi.waitFor(() => expect(all(element, 'crop')).toHaveLength(1));
  });

  test('the whole photo is the whole photo, not the trimmed one', async () => {
    one(element, 'whole').click();
    await vi.waitFor(() =>
      expect(viewOf(search.last.query)).toEqual({ turns: 0, region: null, borders: 'kept' }),
    );
    await vi.waitFor(() => expect(all(element, 'trim-undo')).toHaveLength(0));
  });

  test('after rotation it can still be undone', async () => {
    one(element, 'turn').click();
    await vi.waitFor(() => expect(viewOf(search.last.query).turns).toBe(1));
    const { region, borders } = viewOf(search.last.query);
    expect(borders).toBe('trimmed');
    expect(region?.width).toBeCloseTo(0.6, 10);
    await vi.waitFor(() => expect(all(element, 'trim-undo')).toHaveLength(1));
  });
});
