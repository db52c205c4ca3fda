/** A large load is the visitor's to decide. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { answerOf, hit, photoFile, ScriptedSearch } from './scripted-search.ts';
import { all, one, settled, stage, stateOf, statusOf } from './stage.ts';

const LARGE = { index: 100_000, model: 14_700_000, engine: 20_000 };

function heavy(cost = LARGE): ScriptedSearch {
  const search = new ScriptedSearch(({ answer }) => answer(answerOf([hit('a')])));
  search.toLoad = cost;
  return search;
}

/** On the navigator itself: a copy of it would refuse to be asked for its devices. */
function saveData(): void {
  Object.defineProperty(navigator, 'connection', {
    configurable: true,
    value: { saveData: true },
  });
}

afterEach(() => {
  Reflect.deleteProperty(navigator, 'connection');
});

describe('a model over 4 MB', () => {
  test('asks first, with the photo in its place and the figure in words', async () => {
    const { element, search } = stage(heavy());
    const events: string[] = [];
    element.addEventListener('soutu-error', () => events.push('error'));
    await element.searchPhoto(photoFile());
    const words =
      'This search needs a download of 14.8 MB. It is saved on your device for next time.';
    expect([stateOf(element), one(element, 'problem').textContent, statusOf(element)]).toEqual([
      'ask',
      words,
      words,
    ]);
    expect(all(element, 'photo-image')).toHaveLength(1);
    expect([search.calls.length, events]).toEqual([0, []]);
  });

  test('asks again once everything is deleted', async () => {
    const { element, search } = stage(heavy());
    await element.searchPhoto(photoFile());
    one(element, 'primary').click();
    await settled();
    expect(stateOf(element)).toBe('results');
    one(element, 'forget').click();
    await vi.waitFor(() => expect(search.forgotten).toBe(1));
    await element.searchPhoto(photoFile());
    expect([stateOf(element), search.calls.length]).toEqual(['ask', 1]);
  });

  test('loads when the visitor agrees, and does not ask again', async () => {
    const { element, search } = stage(heavy());
    await element.searchPhoto(photoFile());
    one(element, 'primary').click();
    await settled();
    expect(stateOf(element)).toBe('results');
    await element.searchPhoto(photoFile());
    expect([stateOf(element), search.calls.length]).toEqual(['results', 2]);
  });

  test('is left alone when he declines, and before he has given a photo', async () => {
    const { element, search } = stage(heavy());
    await element.searchPhoto(photoFile());
    one(element, 'decline').click();
    expect(stateOf(element)).toBe('empty');
    element.dispatchEvent(new DragEvent('dragenter', { bubbles: true, cancelable: true }));
    await settled();
    expect([search.calls.length, search.preloads]).toEqual([0, 0]);
  });
});

describe('a small model', () => {
  const SMALL = { index: 400_000, model: 2_000_000, engine: 14_000_000 };

  test('is loaded unasked', async () => {
    const { element } = stage(heavy(SMALL));
    await element.searchPhoto(photoFile());
    expect(stateOf(element)).toBe('results');
  });

  test('asks where the visitor saves data, unless the device has it', async () => {
    saveData();
    const { element, search } = stage(heavy(SMALL));
    await element.searchPhoto(photoFile());
    expect([stateOf(element), one(element, 'problem').textContent]).toEqual([
      'ask',
      expect.stringContaining('16.4 MB'),
    ]);
    search.toLoad = { index: 0, model: 0, engine: 0 };
    await element.searchPhoto(photoFile());
    expect(stateOf(element)).toBe('results');
  });
});
