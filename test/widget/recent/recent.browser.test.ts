/** The last queries as thumbnails: searched again, cleared, forgotten; on the device only. */
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { PhotoQuery } from '../../../src/client/api.ts';
import { deviceQueries, forgetRecentQueries } from '../../../src/client/recent/device-queries.ts';
import { answerOf, hit, photoFile, ScriptedSearch } from '../scripted-search.ts';
import { all, one, type SoutuSearch, shadow, stage, stateOf } from '../stage.ts';

let bundles = 0;
let bundle: string;

beforeEach(() => {
  // Other tests run beside these, over the same database.
  bundle = new URL(`./recent-${Date.now()}-${bundles++}/`, document.baseURI).href;
});

const answering = () => new ScriptedSearch(({ answer }) => answer(answerOf([hit('a'), hit('b')])));
const staged = (attributes = {}) => stage(answering(), { bundle, ...attributes });
const kept = async () => (await deviceQueries(bundle).list()).length;
const thumbs = (element: SoutuSearch) => all(element, 'recent-query');
const isSeen = (element: SoutuSearch) => one(element, 'recent').getClientRects().length > 0;

/** Searches, and waits until the device has kept so many. */
async function find(element: SoutuSearch, photo: Blob, count: number) {
  await element.searchPhoto(photo);
  await vi.waitFor(async () => expect(await kept()).toBe(count));
}

describe('the line of thumbnails', () => {
  test('shows what was asked before, not what is shown already, and moves no results', async () => {
    let mayAnswer = Promise.resolve();
    const found = answerOf([hit('a'), hit('b')]);
    const search = new ScriptedSearch(({ answer }) => void mayAnswer.then(() => answer(found)));
    const { element } = stage(search, { bundle });
    await find(element, photoFile('one.gif'), 1);
    expect([stateOf(element), isSeen(element)]).toEqual(['results', false]);
    let goOn = () => {};
    mayAnswer = new Promise((resolve) => {
      goOn = resolve;
    });
    const second = find(element, photoFile('two.gif'), 2);
    const first = 'the first, since the second was asked';
    await vi.waitFor(() => expect(thumbs(element), first).toHaveLength(1));
    goOn();
    await second;
    expect(thumbs(element), first).toHaveLength(1);
    const again = staged().element;
    await vi.waitFor(() => expect(thumbs(again)).toHaveLength(2));
    expect(stateOf(again), 'at the next visit').toBe('empty');
    // Each time anew: the line is drawn again when its list comes again.
    const latest = () => thumbs(again)[0];
    await vi.waitFor(() => expect(latest()?.querySelector('img')?.naturalWidth).toBe(96));
    expect(latest()?.ariaLabel).toMatch(/^Photo searched on .*\d/);
    const { width, height } = latest()?.getBoundingClientRect() ?? new DOMRect();
    expect(Math.min(width, height)).toBeGreaterThanOrEqual(44);
  });

  test('a thumbnail searches its photo again, in its view, and is still one query', async () => {
    const { element } = staged();
    await find(element, photoFile('one.gif'), 1);
    await vi.waitFor(() => expect(one(element, 'crop-open').hidden).toBe(false));
    one(element, 'crop-open').click();
    await vi.waitFor(() => expect(all(element, 'turn')).toHaveLength(1));
    one(element, 'turn').click();
    await vi.waitFor(async () => {
      const [query] = await deviceQueries(bundle).list();
      expect(query?.asked).toMatchObject({ view: { turns: 1 } });
    });
    expect(await kept(), 'the same photo, turned').toBe(1);

    const { element: next, search } = staged();
    await vi.waitFor(() => expect(thumbs(next)).toHaveLength(1));
    thumbs(next)[0]?.click();
    const query = search.last.query as Exclude<PhotoQuery, Blob>;
    expect([query.view.turns, query.photo.type]).toEqual([1, 'image/gif']);
    await vi.waitFor(() => expect(stateOf(next)).toBe('results'));
    expect(isSeen(next), 'it is the one that is shown').toBe(false);
    expect(await kept()).toBe(1);
  });

  test('"more like this" is a query, too', async () => {
    const { element } = staged();
    await find(element, photoFile(), 1);
    one(element, 'like').click();
    await vi.waitFor(async () => expect(await kept()).toBe(2));
    const { element: next, search } = staged();
    await vi.waitFor(() => expect(thumbs(next)).toHaveLength(2));
    expect(thumbs(next)[0]?.ariaLabel).toBe('Title of a');
    thumbs(next)[0]?.click();
    expect(search.last.query).toEqual({ id: 'a' });
  });

  test('is cleared from the device, and the focus goes to what is next', async () => {
    await find(staged().element, photoFile(), 1);
    const { element } = staged();
    await vi.waitFor(() => expect(isSeen(element)).toBe(true));
    one(element, 'recent-clear').focus();
    one(element, 'recent-clear').click();
    await vi.waitFor(() => expect(isSeen(element)).toBe(false));
    expect(await kept()).toBe(0);
    await vi.waitFor(() => expect(shadow(element).activeElement).toBe(one(element, 'choose')));
  });

  test('that cannot be cleared says so, and stays', async () => {
    await find(staged().element, photoFile(), 1);
    const { element } = staged();
    await vi.waitFor(() => expect(isSeen(element)).toBe(true));
    vi.spyOn(indexedDB, 'deleteDatabase').mockImplementation(() => {
      throw new DOMException('The device is gone.', 'UnknownError');
    });
    one(element, 'recent-clear').focus();
    one(element, 'recent-clear').click();
    const words =
      'The browser did not delete what the search has kept (The device is gone.). ' +
      "Clear this site's data in the browser's settings.";
    await vi.waitFor(() => expect(one(element, 'recent').textContent).toContain(words));
    expect([thumbs(element).length, await kept()]).toEqual([1, 1]);
    expect(shadow(element).activeElement).toBe(one(element, 'recent-clear'));
    (one(element, 'about') as HTMLDetailsElement).open = true;
    one(element, 'forget').click();
    await vi.waitFor(() => expect(one(element, 'about').textContent).toContain(words));

    vi.restoreAllMocks();
    one(element, 'recent-clear').click();
    await vi.waitFor(() => expect(isSeen(element)).toBe(false));
    expect(await kept()).toBe(0);
  });

  test('another bundle has its own', async () => {
    const { element } = staged();
    await find(element, photoFile(), 1);
    element.bundle = './recent-other/';
    element.search = answering();
    expect([stateOf(element), isSeen(element)]).toEqual(['empty', false]);
    await element.searchPhoto(photoFile('two.gif'));
    element.bundle = bundle;
    await vi.waitFor(() => expect(thumbs(element)).toHaveLength(1));
  });
});

test('"forget everything" forgets them, and About tells of them', async () => {
  const { element, search } = staged();
  await find(element, photoFile(), 1);
  (one(element, 'about') as HTMLDetailsElement).open = true;
  const facts = () => one(element, 'about-facts').textContent;
  await vi.waitFor(() =>
    expect(facts()).toContain('Small copies of your recent searches stay on this device'),
  );
  one(element, 'forget').click();
  await vi.waitFor(async () => expect([search.forgotten, await kept()]).toEqual([1, 0]));
});

test('recent="off" keeps none, shows none, and About does not tell of them', async () => {
  await find(staged().element, photoFile(), 1);
  const { element } = staged({ recent: 'off' });
  await element.searchPhoto(photoFile('two.gif'));
  await element.searchPhoto(photoFile('three.gif'));
  (one(element, 'about') as HTMLDetailsElement).open = true;
  await vi.waitFor(() => expect(one(element, 'about-facts').textContent).toContain('Model'));
  expect(one(element, 'about-facts').textContent).not.toContain('recent searches');
  expect([await kept(), isSeen(element)]).toEqual([1, false]);
});

test('a photo that cannot be shown is not kept, and nothing is said', async () => {
  const { element } = staged();
  await element.searchPhoto(new File(['no picture'], 'x.heic'));
  await find(element, photoFile(), 1);
  expect(stateOf(element)).toBe('results');
});

test('the database is deleted under the page: the next query is kept again', async () => {
  const { element } = staged();
  await find(element, photoFile('one.gif'), 1);
  await forgetRecentQueries();
  await find(element, photoFile('two.gif'), 1);
});
