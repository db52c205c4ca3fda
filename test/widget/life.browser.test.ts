/** How the element comes, moves, changes and goes. */
import { describe, expect, test } from 'vitest';
import type { CreateSearchOptions, Search } from '../../src/client/api.ts';
import { answerOf, hit, photoFile, ScriptedSearch } from './scripted-search.ts';
import { all, nextEvent, one, SoutuSearch, settled, stage, stateOf } from './stage.ts';

const found = answerOf([hit('a')]);

/** Makes its own searches, and keeps them to be looked at. */
class OwnSearch extends SoutuSearch {
  readonly made: { readonly options: CreateSearchOptions; readonly search: ScriptedSearch }[] = [];

  protected override createSearch(options: CreateSearchOptions): Search {
    const search = new ScriptedSearch(({ answer }) => answer(found));
    this.made.push({ options, search });
    return search;
  }
}
customElements.define('own-search', OwnSearch);

function ownSearch(): OwnSearch {
  const element = new OwnSearch();
  element.bundle = './shop';
  document.body.replaceChildren(element);
  return element;
}

/** The state of blob URLs cannot be asked for, but a fetch tells. */
async function isAlive(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const image = new Image();
    image.onload = () => resolve(true);
    image.onerror = () => resolve(false);
    image.src = url;
  });
}

const photoUrl = (element: SoutuSearch) => (one(element, 'photo-image') as HTMLImageElement).src;

describe('properties', () => {
  test('set before the upgrade survive', async () => {
    const early = document.createElement('late-search') as SoutuSearch;
    const search = new ScriptedSearch(({ answer }) => answer(found));
    Object.assign(early, { search, size: 5, minScore: 0.3, group: true, bundle: './early/' });
    document.body.replaceChildren(early);
    customElements.define('late-search', class extends SoutuSearch {});
    expect(early.getAttribute('bundle')).toBe('./early/');
    await early.searchPhoto(photoFile());
    expect(search.last.options).toMatchObject({ size: 5, minScore: 0.3, group: true });
    expect(stateOf(early)).toBe('results');
  });

  test('reflect to attributes and back', () => {
    const { element } = stage();
    expect([element.size, element.minScore, element.group, element.maxPixels]).toEqual([
      12,
      null,
      false,
      null,
    ]);
    element.minScore = 0.5;
    element.maxPixels = 1e6;
    element.group = true;
    expect(element.engine).toBe('auto');
    element.engine = 'kernel';
    expect(element.getAttribute('engine')).toBe('kernel');
    expect(element.getAttribute('min-score')).toBe('0.5');
    expect(element.getAttribute('max-pixels')).toBe('1000000');
    element.minScore = null;
    expect([element.hasAttribute('min-score'), element.hasAttribute('group')]).toEqual([
      false,
      true,
    ]);
  });
});

describe('its own search', () => {
  test('starts with the first intent, once, and is told bundle, engine and cap', async () => {
    const element = ownSearch();
    element.maxPixels = 9;
    element.engine = 'onnxruntime';
    expect(element.made).toEqual([]);
    await element.searchPhoto(photoFile());
    await element.searchPhoto(photoFile());
    expect(element.made.map(({ options }) => options)).toMatchObject([
      { bundle: new URL('./shop/', document.baseURI).href, engine: 'onnxruntime', maxPixels: 9 },
    ]);
  });

  test('asleep is told quietly beside the results, and is over with the next search', async () => {
    const element = ownSearch();
    await element.searchPhoto(photoFile());
    expect(one(element, 'asleep').offsetHeight).toBe(0);
    element.made[0]?.search.become('stopped');
    expect(one(element, 'asleep').offsetHeight, 'a failure has words of its own').toBe(0);
    element.made[0]?.search.become('asleep');
    expect(one(element, 'asleep').textContent).toContain('Search is paused to save memory');
    expect(one(element, 'asleep').offsetHeight).toBeGreaterThan(0);
    expect(stateOf(element)).toBe('results');
    await element.searchPhoto(photoFile());
    expect(one(element, 'asleep').offsetHeight).toBe(0);
  });

  test('another bundle disposes and starts anew', async () => {
    const element = ownSearch();
    await element.searchPhoto(photoFile());
    element.bundle = './other/';
    expect(element.made[0]?.search.disposals).toBe(1);
    expect([stateOf(element), element.response]).toEqual(['empty', null]);
    await element.searchPhoto(photoFile());
    expect(element.made[1]?.options.bundle).toBe(new URL('./other/', document.baseURI).href);
  });

  test('another engine, too', async () => {
    const element = ownSearch();
    await element.searchPhoto(photoFile());
    element.engine = 'webgpu';
    expect(element.made[0]?.search.disposals).toBe(1);
    await element.searchPhoto(photoFile());
    expect(element.made.map(({ options }) => options.engine)).toEqual(['auto', 'webgpu']);
  });

  test('is disposed when the element goes, not when it moves', async () => {
    const element = ownSearch();
    await element.searchPhoto(photoFile());
    const place = document.createElement('div');
    document.body.append(place);
    place.append(element);
    await settled();
    expect(element.made[0]?.search.disposals).toBe(0);
    element.remove();
    await settled();
    expect(element.made[0]?.search.disposals).toBe(1);
  });

  test('a missing bundle is told', async () => {
    const element = new SoutuSearch();
    document.body.replaceChildren(element);
    const event = nextEvent('soutu-error');
    await element.searchPhoto(photoFile());
    const { detail } = await event;
    expect(detail.name).toBe('UsageError');
    expect(detail.message).toContain('"bundle"');
    expect(stateOf(element)).toBe('error');
  });
});

describe('coming and going', () => {
  test('a search that was handed in stays its owner’s', async () => {
    const { element, search } = stage(new ScriptedSearch(({ answer }) => answer(found)));
    await element.searchPhoto(photoFile());
    element.remove();
    await settled();
    expect(search.disposals).toBe(0);
  });

  test('results are there again after a while outside, with a new photo URL', async () => {
    const { element } = stage(new ScriptedSearch(({ answer }) => answer(found)));
    await element.searchPhoto(photoFile());
    const before = photoUrl(element);
    element.remove();
    await settled();
    expect(await isAlive(before)).toBe(false);
    document.body.append(element);
    expect(stateOf(element)).toBe('results');
    expect(all(element, 'hit')).toHaveLength(1);
    expect(await isAlive(photoUrl(element))).toBe(true);
  });

  test.each([
    ['after it went', false],
    ['in the same turn', true],
  ])('an answer that comes %s changes nothing', async (_, before) => {
    const { element, search } = stage();
    let events = 0;
    element.addEventListener('soutu-results', () => events++);
    const query = element.searchPhoto(photoFile());
    if (before) search.last.answer(found);
    element.remove();
    if (!before) search.last.answer(found);
    await query;
    await settled();
    document.body.append(element);
    expect([stateOf(element), events, element.response]).toEqual(['empty', 0, null]);
  });

  test('nobody listens for pastes after it went', async () => {
    const { element, search } = stage();
    element.remove();
    const clipboardData = new DataTransfer();
    clipboardData.items.add(photoFile());
    document.dispatchEvent(new ClipboardEvent('paste', { clipboardData }));
    expect(search.calls).toEqual([]);
  });

  test('the photo before is given back', async () => {
    const { element } = stage(new ScriptedSearch(({ answer }) => answer(found)));
    await element.searchPhoto(photoFile());
    const before = photoUrl(element);
    expect(await isAlive(before)).toBe(true);
    await element.searchPhoto(photoFile());
    expect(await isAlive(before)).toBe(false);
  });

  test('outside a page there is nothing to search in', async () => {
    await expect(new SoutuSearch().searchPhoto(photoFile())).rejects.toThrow(
      'put <soutu-search> into the page first',
    );
  });
});
