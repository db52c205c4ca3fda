/** First hits of a search that goes on: visible and usable at once, and replaced by the answer without a flicker. */
import { expect, test, vi } from 'vitest';
import type { Hit } from '../../../src/core/contract.ts';
import { answerOf, hit, photoFile, ScriptedSearch } from '../scripted-search.ts';
import { all, one, type SoutuSearch, settled, shadow, stage, stateOf, statusOf } from '../stage.ts';

const scored = (id: string, score: number, rest: Partial<Hit> = {}) =>
  hit(id, {}, { score, ...rest });
const EARLY = [scored('a', 0.8), scored('b', 0.7), scored('c', 0.6)];
/** "a" and "b" have changed places and scores, "c" is gone, "d" is new. */
const FINAL = [scored('b', 0.75), scored('a', 0.72), scored('d', 0.7)];

/** A search that has shown first hits and goes on. */
async function underWay(early: readonly Hit[] = EARLY) {
  const { element, search } = stage(new ScriptedSearch());
  const found = element.searchPhoto(photoFile());
  await settled();
  search.last.progress({ step: 'search' });
  const before = statusOf(element);
  search.last.first?.(answerOf(early, { totalRelation: 'gte' }));
  await settled();
  const finish = async (hits: readonly Hit[] = FINAL) => {
    search.last.answer(answerOf(hits, { total: 40, facets: { kind: { mug: 4, bowl: 5 } } }));
    await found;
    await settled();
  };
  return { element, search, before, finish };
}

const ids = (element: SoutuSearch) =>
  all(element, 'title').map(({ textContent }) => textContent?.replace('Title of ', ''));
const cardOf = (element: SoutuSearch, id: string) =>
  all(element, 'hit').find((card) => card.textContent?.includes(`Title of ${id}`)) as HTMLElement;
const scoreOf = (element: SoutuSearch, id: string) =>
  cardOf(element, id).querySelector('[part="score"]')?.ariaLabel;

test('they are in the list, which is busy, while nothing is announced', async () => {
  const { element, before, finish } = await underWay();
  let events = 0;
  element.addEventListener('soutu-results', () => events++);
  expect(ids(element)).toEqual(['a', 'b', 'c']);
  expect(one(element, 'results').ariaBusy).toBe('true');
  expect(one(element, 'results').inert).toBe(false);
  expect(statusOf(element)).toBe(before);
  expect({ state: stateOf(element), events }).toEqual({ state: 'loading', events: 0 });
  // The filters' placeholders stay, the cards' do not.
  expect(one(element, 'skeleton').getClientRects()).toHaveLength(1);
  expect(shadow(element).querySelector('.skeleton-grid')?.getClientRects()).toHaveLength(0);
  await finish();
  expect(ids(element)).toEqual(['b', 'a', 'd']);
  expect(one(element, 'results').ariaBusy).toBe('false');
  expect(statusOf(element)).toContain('3 likely matches');
  expect({ state: stateOf(element), events }).toEqual({ state: 'results', events: 1 });
  expect(all(element, 'skeleton').flatMap((node) => [...node.getClientRects()])).toEqual([]);
});

test('a hit that stays keeps its element and picture, with its final score', async () => {
  const { element, finish } = await underWay();
  const pictures = ['a', 'b'].map((id) => cardOf(element, id).querySelector('img'));
  const cards = ['a', 'b'].map((id) => cardOf(element, id));
  const added: Node[] = [];
  const observer = new MutationObserver((changes) => {
    for (const { addedNodes } of changes) added.push(...addedNodes);
  });
  observer.observe(one(element, 'grid'), { childList: true });
  const score = scoreOf(element, 'a');
  await finish();
  observer.disconnect();
  expect(['a', 'b'].map((id) => cardOf(element, id))).toEqual(cards);
  expect(['a', 'b'].map((id) => cardOf(element, id).querySelector('img'))).toEqual(pictures);
  expect(scoreOf(element, 'a')).not.toBe(score);
  expect(scoreOf(element, 'a')).toContain('72');
  // One of the two has moved, and one hit is new.
  expect(added).toHaveLength(2);
  expect(added).toContain(cardOf(element, 'd'));
  // "More like this" asks for the item.
  cardOf(element, 'a').querySelector<HTMLElement>('[part="like"]')?.click();
  await settled();
  expect(stateOf(element)).toBe('loading');
});

test.each(['enlarge', 'like', 'score'])('the focus stays on "%s" of a hit', async (part) => {
  const { element, finish } = await underWay();
  const button = () => cardOf(element, 'a').querySelector<HTMLElement>(`[part="${part}"]`);
  button()?.focus();
  expect(shadow(element).activeElement).toBe(button());
  await finish();
  expect(shadow(element).activeElement).toBe(button());
});

test('a picture that was missing is there with the answer', async () => {
  const bare: Hit = { ...scored('a', 0.8), item: { id: 'a', title: 'Title of a' } };
  const { element, finish } = await underWay([bare]);
  expect(cardOf(element, 'a').querySelector('img')).toBeNull();
  await finish([scored('a', 0.8)]);
  expect(cardOf(element, 'a').querySelector('img')).not.toBeNull();
});

test('a new search meanwhile begins with placeholders, and late first hits are dropped', async () => {
  const { element, search } = await underWay();
  const old = search.last;
  void element.searchPhoto(photoFile());
  await settled();
  expect(ids(element)).toEqual([]);
  expect(shadow(element).querySelector('.skeleton-grid')?.getClientRects()).toHaveLength(1);
  old.first?.(answerOf(EARLY));
  await settled();
  expect(ids(element)).toEqual([]);
  search.last.answer(answerOf(FINAL));
  await settled();
  expect(ids(element)).toEqual(['b', 'a', 'd']);
});

test('after an earlier answer: its hits are replaced, its filters wait', async () => {
  const { element, search, finish } = await underWay();
  await finish();
  const second = element.searchPhoto(photoFile());
  await settled();
  expect(one(element, 'results').inert).toBe(true);
  search.last.first?.(answerOf([scored('e', 0.6)]));
  await settled();
  expect(ids(element)).toEqual(['e']);
  expect(one(element, 'results').inert).toBe(false);
  expect(one(element, 'filters').inert).toBe(true);
  search.last.answer(
    answerOf([scored('e', 0.65)], { facets: { kind: { mug: 4, bowl: 5 } }, total: 9 }),
  );
  await second;
  await settled();
  expect(one(element, 'filters').inert).toBe(false);
});

/** A hit whose frame is tall or wide. */
const framed = (id: string, thumbSize: readonly [number, number]) => hit(id, { thumbSize });
const frameOf = (element: SoutuSearch) =>
  Number(one(element, 'grid').style.getPropertyValue('--_ratio'));

test('of a search that was given up, they do not decide the shape of later frames', async () => {
  const { element, search, finish } = await underWay();
  await finish();
  void element.searchPhoto(photoFile());
  await settled();
  search.last.first?.(answerOf([framed('wide', [400, 300])]));
  await settled();
  expect(frameOf(element)).toBeCloseTo(4 / 3, 5);
  const last = element.searchPhoto(photoFile());
  await settled();
  search.last.first?.(answerOf([framed('tall', [300, 400])]));
  await settled();
  expect(frameOf(element)).toBeCloseTo(3 / 4, 5);
  search.last.answer(answerOf([framed('tall', [300, 400])]));
  await last;
  await settled();
  expect(frameOf(element)).toBeCloseTo(3 / 4, 5);
});

test('an enlarged one that is closed after the answer gives the focus back to its own card', async () => {
  const { element, finish } = await underWay();
  cardOf(element, 'b').querySelector<HTMLElement>('[part="enlarge"]')?.click();
  await vi.waitFor(() => one(element, 'enlarged'));
  await finish([scored('d', 0.9), scored('e', 0.8), scored('b', 0.7)]);
  (one(element, 'enlarged') as HTMLDialogElement).close();
  const button = () => cardOf(element, 'b').querySelector('[part="enlarge"]');
  await vi.waitFor(() => expect(shadow(element).activeElement).toBe(button()));
});

const copyOf = (id: string) => ({ id, score: 0.7, item: hit(id, { url: `/${id}.html` }).item });
const foldOf = (element: SoutuSearch) =>
  cardOf(element, 'a').querySelector<HTMLButtonElement>('[part="views"]');

test('copies that a later shard has are there, unfolded if the visitor has unfolded them', async () => {
  const { element, finish } = await underWay([scored('a', 0.8, { copies: [copyOf('x')] })]);
  foldOf(element)?.click();
  const link = () => cardOf(element, 'a').querySelector<HTMLElement>('a[href="/x.html"]');
  link()?.focus();
  expect(shadow(element).activeElement).toBe(link());
  // The same score: only the copies differ.
  await finish([scored('a', 0.8, { copies: [copyOf('x'), copyOf('y')] })]);
  expect(foldOf(element)?.ariaExpanded).toBe('true');
  expect(all(element, 'view-link').map((node) => node.getAttribute('href'))).toEqual([
    '/x.html',
    '/y.html',
  ]);
  expect(link()).not.toBeNull();
  expect(shadow(element).activeElement).toBe(link());
});

test('a link that the answer no longer has leaves the focus at its card', async () => {
  const { element, finish } = await underWay([scored('a', 0.8, { copies: [copyOf('x')] })]);
  foldOf(element)?.click();
  cardOf(element, 'a').querySelector<HTMLElement>('a[href="/x.html"]')?.focus();
  await finish([scored('a', 0.8)]);
  expect(shadow(element).activeElement).toBe(cardOf(element, 'a'));
});

test('a title that was missing is there with the answer', async () => {
  const bare: Hit = { ...scored('a', 0.8), item: { id: 'a' } };
  const { element, finish } = await underWay([bare]);
  expect(ids(element)).toEqual(['a']);
  await finish([{ ...scored('a', 0.8), item: { id: 'a', title: 'Title of jug' } }]);
  expect(ids(element)).toEqual(['jug']);
});

test('an answer that fails takes them away', async () => {
  const { element, search } = await underWay();
  search.last.fail(Object.assign(new Error('gone'), { name: 'NetworkError' }));
  await settled();
  expect(stateOf(element)).toBe('error');
  expect(one(element, 'results').hidden).toBe(true);
});

test('filters and further pages want none, nor does a visitor who saves data', async () => {
  const { element, search, finish } = await underWay();
  await finish();
  one(element, 'more').click();
  await settled();
  expect(search.last.options.from).toBe(3);
  expect(search.last.first).toBeUndefined();
  const connection = { saveData: true };
  Object.defineProperty(navigator, 'connection', { value: connection, configurable: true });
  try {
    void element.searchPhoto(photoFile());
    await settled();
    expect(search.last.first).toBeUndefined();
  } finally {
    Reflect.deleteProperty(navigator, 'connection');
  }
});
