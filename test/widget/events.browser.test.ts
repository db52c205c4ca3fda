/** The element's events, as a page's analytics hear them on the document. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SoutuEventMap } from '../../src/widget/soutu-search.ts';
import { answerOf, hit, named, photoFile, ScriptedSearch } from './scripted-search.ts';
import { all, one, settled, stage } from './stage.ts';

const TYPES = [
  'soutu-search',
  'soutu-results',
  'soutu-no-match',
  'soutu-hit',
  'soutu-filter',
  'soutu-error',
] as const;

let heard: CustomEvent[] = [];
let listening: AbortController;
const types = () => heard.map(({ type }) => type.replace('soutu-', ''));
const last = <Type extends keyof SoutuEventMap>(type: Type): SoutuEventMap[Type]['detail'] => {
  const event = heard.findLast((one) => one.type === type);
  if (!event) throw new Error(`No ${type} among ${types()}.`);
  return event.detail;
};

beforeEach(() => {
  heard = [];
  listening = new AbortController();
  for (const type of TYPES) {
    const hear = (event: Event) => void heard.push(event as CustomEvent);
    document.addEventListener(type, hear, { signal: listening.signal });
  }
});
afterEach(() => listening.abort());

const FOUR = ['a', 'b', 'c', 'd'].map((id) =>
  hit(id, { url: `#${id}`, attributes: { kind: id < 'c' ? 'bowl' : 'mug' } }),
);
const finds = () =>
  new ScriptedSearch(({ answer }) =>
    answer(answerOf(FOUR, { facets: { kind: { bowl: 2, mug: 2 } } })),
  );

/** Follows no link: the test's page stays. */
function click(node: Element, type = 'click', init: MouseEventInit = {}): boolean {
  let followed = true;
  const stay = (event: Event) => {
    followed = !event.defaultPrevented;
    event.preventDefault();
  };
  addEventListener(type, stay, { once: true });
  const all = { bubbles: true, composed: true, cancelable: true, ...init };
  node.dispatchEvent(new MouseEvent(type, all));
  return followed;
}

test('a search by photo says its kind and never holds the photo', async () => {
  const { element } = stage(finds());
  await element.searchPhoto(photoFile());
  expect(types()).toEqual(['search', 'results']);
  expect(last('soutu-search')).toEqual({ kind: 'photo', part: false });
  const [start] = heard;
  expect([start?.bubbles, start?.composed, start?.cancelable]).toEqual([true, true, false]);
});

test('"more like this" is a search for an item', async () => {
  const { element } = stage(finds());
  await element.searchPhoto(photoFile());
  one(element, 'like').click();
  await settled();
  expect(types()).toEqual(['search', 'results', 'search', 'results']);
  expect(last('soutu-search')).toEqual({ kind: 'item', id: 'a' });
});

test('no hit: the response, then that there is no match; a further page is neither', async () => {
  const { element } = stage(new ScriptedSearch(({ answer }) => answer(answerOf([]))));
  await element.searchPhoto(photoFile());
  expect(types()).toEqual(['search', 'results', 'no-match']);
  expect(last('soutu-no-match').total).toBe(0);

  heard = [];
  const below = stage(
    new ScriptedSearch(({ answer }) => answer(answerOf([hit('a', {}, { score: 0.4 })]))),
  );
  await below.element.searchPhoto(photoFile());
  expect(types(), 'a hit below the threshold is no match').toEqual([
    'search',
    'results',
    'no-match',
  ]);

  heard = [];
  const pages = new ScriptedSearch(({ answer, options }) =>
    answer(answerOf(options.from ? [] : FOUR, { total: 9 })),
  );
  const paged = stage(pages).element;
  await paged.searchPhoto(photoFile());
  one(paged, 'more').click();
  await settled();
  expect(types()).toEqual(['search', 'results', 'results']);
});

test('agreeing to a download continues the same search', async () => {
  const search = finds();
  search.toLoad = { index: 0, model: 58_000_000, engine: 0 };
  const { element } = stage(search);
  await element.searchPhoto(photoFile());
  expect(types()).toEqual(['search']);
  one(element, 'primary').click();
  await settled();
  expect(types()).toEqual(['search', 'results']);
});

test('a clicked hit has its id, rank and score; the page may handle the click', async () => {
  const { element } = stage(finds());
  await element.searchPhoto(photoFile());
  const [, link] = all(element, 'link');
  if (!link) throw new Error('no link');
  expect(click(link)).toBe(true);
  expect(last('soutu-hit')).toMatchObject({ id: 'b', rank: 2, score: 0.874 });
  expect(last('soutu-hit').item.title).toBe('Title of b');

  const cancel = (event: Event) => event.preventDefault();
  document.addEventListener('soutu-hit', cancel, { signal: listening.signal });
  expect(click(link)).toBe(false);
});

test('the middle button and the picture count; buttons, the right button and the gap do not', async () => {
  const { element } = stage(finds());
  await element.searchPhoto(photoFile());
  const [, , link] = all(element, 'link');
  const [picture] = all(element, 'picture');
  if (!link || !picture) throw new Error('no hit');
  click(link, 'auxclick', { button: 1 });
  click(picture);
  const clicks = () =>
    heard.filter(({ type }) => type === 'soutu-hit').map(({ detail }) => detail.rank);
  expect(clicks()).toEqual([3, 1]);
  click(link, 'auxclick', { button: 2 });
  click(one(element, 'score'));
  click(one(element, 'hit'));
  click(one(element, 'grid'));
  expect(clicks()).toEqual([3, 1]);
});

test('the link of another view is a click on that view, at the rank of its hit', async () => {
  const view = { id: 'a2', score: 0.7, item: { id: 'a2', url: '#a2' } };
  const { element } = stage(
    new ScriptedSearch(({ answer }) =>
      answer(answerOf([hit('x'), hit('a', { url: '#a' }, { more: [view] })])),
    ),
  );
  await element.searchPhoto(photoFile());
  one(element, 'views').click();
  click(one(element, 'view-link'));
  expect(last('soutu-hit')).toEqual({ ...view, rank: 2 });
});

test("the page's own rendering of a hit counts, too", async () => {
  const { element } = stage(finds());
  element.renderHit = ({ item }) => {
    const link = document.createElement('a');
    link.href = `#${item.id}`;
    return link;
  };
  await element.searchPhoto(photoFile());
  click(element.querySelectorAll('a')[3] as Element);
  expect(last('soutu-hit')).toMatchObject({ id: 'd', rank: 4 });
});

test('a filter says what is chosen now', async () => {
  const { element } = stage(finds());
  await element.searchPhoto(photoFile());
  one(element, 'facet').click();
  one(element, 'value-box').click();
  await settled();
  expect(types()).toEqual(['search', 'results', 'filter', 'results']);
  expect(last('soutu-filter')).toEqual({
    filter: { kind: ['bowl'] },
    ranges: {},
    text: '',
    sort: null,
  });
});

test('a failure is an error after the start, and a file that is no photo an error without one', async () => {
  const { element } = stage(
    new ScriptedSearch(({ fail }) => fail(named('NetworkError', 'No line.'))),
  );
  await element.searchPhoto(photoFile());
  expect(types()).toEqual(['search', 'error']);
  expect(last('soutu-error').name).toBe('NetworkError');
});
