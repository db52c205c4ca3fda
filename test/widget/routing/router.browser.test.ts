/** Back, forward and links that are shared, with the browser's own history. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answerOf, hit, photoFile, ScriptedSearch } from '../scripted-search.ts';
import { all, one, type SoutuSearch, settled, stage, stateOf } from '../stage.ts';

const FACETS = { kind: { bowl: 8, mug: 2 } };
const items = ['a', 'b', 'c'].map((id) => hit(id, { attributes: { kind: 'bowl', price: 5 } }));

/** Answers at once; an item that is asked for by its id comes along, as the engine does it. */
const shop = () =>
  new ScriptedSearch(({ query, options, answer, fail }) => {
    const id = 'id' in query ? query.id : null;
    const queryItem = items.find((known) => known.id === id)?.item ?? null;
    if (id !== null && !queryItem) {
      fail(Object.assign(new Error(`No item has the id "${id}".`), { name: 'UsageError' }));
      return;
    }
    const hits = items.filter((known) => known.id !== id);
    const total = options.filter ? 9 : 30;
    answer(answerOf(hits, { queryItem, facets: FACETS, total, ...(id ? { vector: null } : {}) }));
  });

const address = () => decodeURIComponent(location.hash);

beforeEach(() => history.pushState({ pages: 'own' }, '', '#'));
afterEach(() => document.body.replaceChildren());

async function moved(by: -1 | 1): Promise<void> {
  const there = new Promise((resolve) => addEventListener('popstate', resolve, { once: true }));
  history.go(by);
  await there;
  await settled();
}

async function opened(fragment: string, attributes: Record<string, string> = {}) {
  const staged = stage(shop(), attributes, fragment);
  await settled();
  return staged;
}

async function chooseBowl(element: SoutuSearch): Promise<void> {
  if (all(element, 'value-box').length === 0) one(element, 'facet').click();
  (one(element, 'value-box') as HTMLInputElement).click();
  await settled();
}

async function like(element: SoutuSearch, n: number): Promise<void> {
  all(element, 'like')[n]?.click();
  await settled();
}

const alt = (element: SoutuSearch) => (one(element, 'photo-image') as HTMLImageElement).alt;

describe('back and forward', () => {
  test('go through photo, filter and "more like this", and the photo is never in the address', async () => {
    const { element, search } = await opened('#');
    const length = navigation.entries().length;
    await element.searchPhoto(photoFile());
    expect([address(), navigation.entries().length], 'the first photo is no new place').toEqual([
      '',
      length,
    ]);
    await chooseBowl(element);
    expect(address()).toBe('#soutu.is.kind=bowl');
    await like(element, 1);
    expect(address()).toBe('#soutu.like=b');
    await like(element, 0);
    expect(address()).toBe('#soutu.like=a');
    expect(navigation.entries().length).toBe(length + 3);

    await moved(-1);
    expect([search.last.query, alt(element)]).toEqual([{ id: 'b' }, 'Title of b']);
    await moved(-1);
    expect([address(), alt(element)]).toEqual(['#soutu.is.kind=bowl', 'Your photo']);
    expect(search.last.query).toBeInstanceOf(Blob);
    expect(search.last.options.filter).toEqual({ kind: ['bowl'] });
    await moved(-1);
    expect([address(), search.last.options.filter]).toEqual(['', undefined]);
    await moved(1);
    await moved(1);
    expect([search.last.query, address()]).toEqual([{ id: 'b' }, '#soutu.like=b']);
    expect(navigation.entries().length, 'moving makes no entries').toBe(length + 3);
  });

  test('order and further pages change the entry, and make none', async () => {
    const { element } = await opened('#soutu.like=a');
    const length = navigation.entries().length;
    one(element, 'more').click();
    await settled();
    expect(address(), 'nothing new came').toBe('#soutu.like=a');
    const select = one(element, 'order-select') as HTMLSelectElement;
    select.value = 'desc price';
    select.dispatchEvent(new Event('change'));
    await settled();
    expect(address()).toBe('#soutu.like=a&soutu.sort=-price');
    expect(navigation.entries().length).toBe(length);
  });

  test('leave alone what the page keeps in its entries, and anchors of the page', async () => {
    const { element, search } = await opened('#');
    history.replaceState({ own: 1 }, '');
    await element.searchPhoto(photoFile());
    await like(element, 0);
    expect(history.state).toMatchObject({ own: 1 });
    const calls = search.calls.length;
    const there = new Promise((resolve) => addEventListener('hashchange', resolve, { once: true }));
    location.hash = '#contact';
    await there;
    await settled();
    expect([stateOf(element), search.calls.length]).toEqual(['results', calls]);
  });
});

describe('a link', () => {
  test('opens with the search that it names', async () => {
    const { element, search } = await opened(
      '#soutu.like=b&soutu.is.kind=bowl&soutu.sort=price&soutu.page=2',
    );
    expect(search.calls).toHaveLength(1);
    expect(search.last.query).toEqual({ id: 'b' });
    expect(search.last.options).toMatchObject({
      filter: { kind: ['bowl'] },
      sort: { by: 'price', order: 'asc' },
      size: 24,
    });
    expect([stateOf(element), alt(element)]).toEqual(['results', 'Title of b']);
    expect(one(element, 'text').textContent).toBe('Title of b');
  });

  test('with a filter alone waits for the photo', async () => {
    const { element, search } = await opened('#soutu.is.kind=mug');
    expect([stateOf(element), search.calls.length]).toEqual(['empty', 0]);
    await element.searchPhoto(photoFile());
    expect(search.last.options.filter).toEqual({ kind: ['mug'] });
    expect(address()).toBe('#soutu.is.kind=mug');
  });

  test('to a piece that is gone says so', async () => {
    const { element } = await opened('#soutu.like=gone');
    expect(stateOf(element)).toBe('error');
    expect(one(element, 'problem').textContent).toBe(
      'The picture in this link is no longer in the catalogue.',
    );
  });

  test('that is malformed, or an anchor of the page, is ignored', async () => {
    for (const fragment of ['#soutu.page=x&soutu.like=', '#bowl-1', '#%E0%A4%A', '#soutu.=1']) {
      const { element, search } = await opened(fragment);
      expect([stateOf(element), search.calls.length]).toEqual(['empty', 0]);
    }
  });
});

describe('several elements', () => {
  test('with ids each have their own part of the address', async () => {
    const { element, search } = await opened('#one.like=a&two.like=b', { id: 'one' });
    const second = document.createElement('soutu-search');
    second.id = 'two';
    const other = shop();
    second.search = other;
    document.body.append(second);
    await settled();
    expect([search.last.query, other.last.query]).toEqual([{ id: 'a' }, { id: 'b' }]);
    await like(second, 0);
    expect(address()).toBe('#one.like=a&two.like=a');
    await like(element, 0);
    expect(address()).toBe('#two.like=a&one.like=b');
    await moved(-1);
    expect(address()).toBe('#one.like=a&two.like=a');
    expect([alt(element), alt(second)]).toEqual(['Title of a', 'Title of a']);
  });

  test('without ids only the first speaks with the address', async () => {
    await opened('#');
    const second = document.createElement('soutu-search');
    second.search = shop();
    document.body.append(second);
    await second.searchPhoto(photoFile());
    await like(second, 0);
    expect([address(), stateOf(second)]).toEqual(['', 'results']);
  });

  test.each([
    ['no-routing', '#', { 'no-routing': '' }],
    ['a page that keeps its own routes there', '#/cart', {}],
  ])('%s: the address is left alone', async (_, fragment, attributes) => {
    const { element } = await opened(fragment, attributes as Record<string, string>);
    await element.searchPhoto(photoFile());
    await like(element, 0);
    expect(location.href.endsWith(fragment) || location.hash === '').toBe(true);
    expect(address()).not.toContain('soutu');
  });
});
