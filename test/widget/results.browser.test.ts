/** What a visitor finds, and does with it. */
import { describe, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { SearchOptions } from '../../src/core/contract.ts';
import type { Attributes } from '../../src/core/item.ts';
import type { RenderHit } from '../../src/widget/results/hit-renderers.ts';
import { answerOf, hit, PIXEL, photoFile, ScriptedSearch } from './scripted-search.ts';
import { all, one, type SoutuSearch, settled, shadow, stage, stateOf, statusOf } from './stage.ts';

/** ThumbHash of a photo, from the sample shop. */
const HASH = 'GQgKDYJweIeAiIeAd4eAd4iHiHd3h3iI';

const pieces = [
  hit('a', { title: 'A bowl', attributes: { kind: 'bowl', glaze: 'ash', price: 30 } }),
  hit('b', { title: 'A mug', attributes: { kind: 'mug', glaze: 'ash', price: 10 } }),
  hit('c', { title: 'A jug', attributes: { kind: 'jug', glaze: 'sage', price: 20 } }),
];
const FACETS = { kind: { mug: 4, bowl: 5, jug: 1 }, glaze: { ash: 8, sage: 2 }, shop: { one: 10 } };

/** Answers as the engine would, of the pieces above. */
function shop(): ScriptedSearch {
  return new ScriptedSearch(({ options, answer }) => {
    const { kind } = (options.filter ?? {}) as { kind?: string[] };
    const { sort } = options;
    const hits = pieces.filter(({ item }) => !kind || kind.includes(String(item.attributes?.kind)));
    const price = ({ item }: (typeof pieces)[0]) => Number(item.attributes?.price);
    if (sort) hits.sort((x, y) => (price(x) - price(y)) * (sort.order === 'desc' ? -1 : 1));
    answer(answerOf(hits, { total: kind ? hits.length : 10, facets: FACETS }));
  });
}

async function searched(search = shop(), attributes: Record<string, string> = {}) {
  const staged = stage(search, attributes);
  await staged.element.searchPhoto(photoFile());
  return staged;
}

const titles = (element: SoutuSearch) =>
  all(element, 'title').map(({ textContent }) => textContent);

function facet(element: SoutuSearch, name: string): HTMLElement {
  const button = all(element, 'facet').find(({ textContent }) => textContent?.startsWith(name));
  if (!button) throw new Error(`No facet "${name}".`);
  return button;
}

async function choose(element: SoutuSearch, value: string): Promise<void> {
  all(element, 'value')
    .find(({ textContent }) => textContent?.startsWith(value))
    ?.querySelector('input')
    ?.click();
  await settled();
}

describe('the likeness', () => {
  test('is a bar; its figure is there on demand, for all hits at once, and for those who listen', async () => {
    const { element } = await searched();
    const [score, second] = all(element, 'score') as HTMLButtonElement[];
    const fill = score?.querySelector<HTMLElement>('.fill') as HTMLElement;
    const [bar, figure] = [one(element, 'bar'), one(element, 'number')];
    expect(fill.offsetWidth / bar.offsetWidth).toBeCloseTo(0.874, 1);
    expect([bar.offsetHeight, figure.offsetHeight]).toEqual([4, 0]);
    expect([score?.ariaLabel, score?.title]).toEqual([
      'Very similar: 87% similar',
      '87% similar. Cosine 0.874',
    ]);
    score?.focus();
    await userEvent.keyboard('{Enter}');
    expect(all(element, 'number').every(({ offsetHeight }) => offsetHeight > 0)).toBe(true);
    expect(second?.querySelector('[part=number]')?.textContent).toBe('87%');
    score?.click();
    expect(figure.offsetHeight).toBe(0);
  });
});

describe('views of one thing', () => {
  const more = [hit('a2', { url: '#a2' }), hit('a3', { url: 'javascript:alert(1)' })];

  test('are folded, and unfold with links that are safe', async () => {
    const search = new ScriptedSearch(({ answer }) => answer(answerOf([hit('a', {}, { more })])));
    const { element } = await searched(search);
    const fold = one(element, 'views');
    expect([fold.textContent, fold.ariaExpanded]).toEqual(['2 more views', 'false']);
    expect(one(element, 'more-views').offsetHeight).toBe(0);
    expect(all(element, 'view'), 'made when they are wanted').toHaveLength(0);
    fold.click();
    expect(fold.ariaExpanded).toBe('true');
    expect(all(element, 'view')).toHaveLength(2);
    const links = all(element, 'view-link') as HTMLAnchorElement[];
    expect(links.map((link) => link.getAttribute('href'))).toEqual(['#a2']);
    expect(links[0]?.querySelector('img')?.alt).toBe('Title of a2');
    fold.click();
    expect(one(element, 'more-views').hidden).toBe(true);
    fold.click();
    expect(all(element, 'view'), 'once').toHaveLength(2);
  });

  test('and copies of its picture are folded beside them', async () => {
    const copies = [hit('a4', { url: '#a4' })];
    const search = new ScriptedSearch(({ answer }) =>
      answer(answerOf([hit('a', {}, { more, copies })])),
    );
    const { element } = await searched(search);
    const folds = all(element, 'views') as HTMLButtonElement[];
    expect(folds.map(({ textContent }) => textContent)).toEqual(['2 more views', '1 more copy']);
    folds[1]?.click();
    expect(folds.map(({ ariaExpanded }) => ariaExpanded)).toEqual(['false', 'true']);
    const links = all(element, 'view-link') as HTMLAnchorElement[];
    expect(links.map((link) => link.getAttribute('href'))).toEqual(['#a4']);
    expect(search.calls.at(-1)?.options).not.toHaveProperty('foldCopies');
    element.listCopies = true;
    expect(element.hasAttribute('list-copies')).toBe(true);
  });
});

describe('more like this', () => {
  test('searches by the item, shows it in the photo’s place and its name', async () => {
    const { element, search } = await searched();
    const like = all(element, 'like')[1];
    expect([like?.textContent, like?.ariaLabel]).toEqual([
      'More like this',
      'More like this: A mug',
    ]);
    const grid = one(element, 'grid');
    like?.click();
    expect(search.last.query).toEqual({ id: 'b' });
    await settled();
    expect(stateOf(element)).toBe('results');
    expect(one(element, 'grid'), 'the same, so that nothing jumps').toBe(grid);
    expect((one(element, 'photo-image') as HTMLImageElement).alt).toBe('A mug');
    expect((one(element, 'photo-image') as HTMLImageElement).src).toBe(PIXEL);
    expect(one(element, 'text').textContent).toBe('A mug');
  });

  test('keeps the hits in their place until the answer is there, out of use', async () => {
    const search = new ScriptedSearch();
    const { element } = stage(search);
    void element.searchPhoto(photoFile());
    search.last.answer(answerOf(pieces));
    await settled();
    const before = one(element, 'grid').getBoundingClientRect().height;
    all(element, 'like')[0]?.click();
    expect(stateOf(element)).toBe('loading');
    expect(one(element, 'grid').getBoundingClientRect().height).toBe(before);
    expect(one(element, 'results').inert).toBe(true);
    search.last.answer(answerOf(pieces.slice(1)));
    await settled();
    expect(one(element, 'results').inert).toBe(false);
    expect(titles(element)).toEqual(['A mug', 'A jug']);
  });
});

describe('filters', () => {
  test('come from the attributes that divide the hits, with counts in the order of the language', async () => {
    const { element, search } = await searched();
    expect(search.last.options.facets).toEqual(['*']);
    expect(all(element, 'facet').map(({ textContent }) => textContent)).toEqual(['Kind', 'Glaze']);
    const kind = facet(element, 'Kind');
    expect(kind.ariaExpanded).toBe('false');
    kind.click();
    expect(kind.ariaExpanded).toBe('true');
    expect(all(element, 'value').map(({ textContent }) => textContent)).toEqual([
      'bowl5',
      'jug1',
      'mug4',
    ]);
    expect(one(element, 'values').ariaLabel).toBe('Kind');
    kind.click();
    expect(all(element, 'values')).toEqual([]);
  });

  test('several values of one attribute are joined by or; the focus and the hits stay', async () => {
    const { element, search } = await searched();
    const [bowl] = all(element, 'hit');
    facet(element, 'Kind').click();
    const box = all(element, 'value-box')[0] as HTMLInputElement;
    box.focus();
    await userEvent.keyboard(' ');
    await settled();
    expect(search.last.options.filter).toEqual({ kind: ['bowl'] });
    expect(shadow(element).activeElement).toBe(box);
    expect(titles(element)).toEqual(['A bowl']);
    expect(all(element, 'hit')[0], 'the same node').toBe(bowl);
    expect(statusOf(element)).toBe('1 likely match: 1 of 1 pictures shown');
    expect(facet(element, 'Kind').textContent).toBe('Kind: bowl');

    await choose(element, 'jug');
    expect(search.last.options.filter).toEqual({ kind: ['bowl', 'jug'] });
    expect(titles(element)).toEqual(['A bowl', 'A jug']);
    expect(facet(element, 'Kind').textContent).toBe('Kind: bowl jug');
    one(element, 'clear').click();
    await settled();
    expect(search.last.options.filter).toBeUndefined();
    expect(titles(element)).toHaveLength(3);
    expect(one(element, 'active-filters').hidden).toBe(true);
    expect(shadow(element).activeElement).toBe(facet(element, 'Kind'));
  });

  test('that leave nothing say so, and can be taken back', async () => {
    const { element } = await searched(
      new ScriptedSearch(({ options, answer }) =>
        answer(answerOf(options.filter ? [] : pieces, { total: 10, facets: FACETS })),
      ),
    );
    facet(element, 'Kind').click();
    await choose(element, 'jug');
    expect(stateOf(element)).toBe('nothing');
    expect(one(element, 'heading').textContent).toContain('match your filters');
    one(element, 'clear').click();
    await settled();
    expect(stateOf(element)).toBe('results');
  });

  test('are only offered where there is something to look through', async () => {
    const { element } = await searched(
      new ScriptedSearch(({ answer }) => answer(answerOf(pieces, { facets: FACETS }))),
    );
    expect(one(element, 'filters').hidden).toBe(true);
  });

  test('are those of the attribute `facets`, and named as the page says', async () => {
    const { element, search } = stage(shop(), { facets: 'glaze,  kind ' });
    element.labels = { kind: 'Art', glaze: 'Glasur' };
    await element.searchPhoto(photoFile());
    expect(search.last.options.facets).toEqual(['glaze', 'kind']);
    expect(all(element, 'facet').map(({ textContent }) => textContent)).toEqual(['Art', 'Glasur']);
    const none = await searched(shop(), { facets: '' });
    expect(none.search.last.options.facets).toEqual([]);
  });

  test('show no counts where only a part was looked at', async () => {
    const { element } = await searched(
      new ScriptedSearch(({ answer }) =>
        answer(answerOf(pieces, { total: 10, totalRelation: 'gte', facets: FACETS })),
      ),
    );
    facet(element, 'Kind').click();
    expect(all(element, 'value-count').map(({ textContent }) => textContent)).toEqual(['', '', '']);
  });

  test('of a newer choice win over an older one that is still under way', async () => {
    const search = new ScriptedSearch();
    const { element } = stage(search);
    void element.searchPhoto(photoFile());
    search.last.answer(answerOf(pieces, { total: 10, facets: FACETS }));
    await settled();
    facet(element, 'Kind').click();
    await choose(element, 'bowl');
    const first = search.last;
    expect(one(element, 'results').ariaBusy).toBe('true');
    await choose(element, 'mug');
    expect(first.signal?.aborted).toBe(true);
    expect(search.last.options.filter).toEqual({ kind: ['bowl', 'mug'] });
    search.last.answer(answerOf(pieces.slice(0, 2), { total: 9, facets: FACETS }));
    await settled();
    expect(titles(element)).toEqual(['A bowl', 'A mug']);
    expect(one(element, 'results').ariaBusy).toBe('false');
  });
});

describe('the order', () => {
  test('is by likeness, or by any number that most hits have', async () => {
    const { element, search } = await searched();
    const select = one(element, 'order-select') as HTMLSelectElement;
    expect([...select.options].map(({ text }) => text)).toEqual([
      'Most similar first',
      'Price: low to high',
      'Price: high to low',
    ]);
    const sortBy = async (text: string): Promise<SearchOptions['sort']> => {
      await userEvent.selectOptions(select, text);
      await settled();
      return search.last.options.sort;
    };
    expect(await sortBy('Price: low to high')).toEqual({ by: 'price', order: 'asc' });
    expect(titles(element)).toEqual(['A mug', 'A jug', 'A bowl']);
    expect(await sortBy('Price: high to low')).toEqual({ by: 'price', order: 'desc' });
    expect(titles(element)).toEqual(['A bowl', 'A jug', 'A mug']);
    expect(await sortBy('Most similar first')).toBeUndefined();
  });
});

describe('pictures', () => {
  const frames = (element: SoutuSearch) =>
    all(element, 'picture').map((picture) => picture.getBoundingClientRect().height);

  test('have their size and a blurred likeness before they are there, and never jump', async () => {
    const { element } = await searched(
      new ScriptedSearch(({ answer }) =>
        answer(answerOf([hit('a', { thumbHash: HASH, thumbSize: [4, 3] }), hit('b')])),
      ),
    );
    const before = frames(element);
    const blur = one(element, 'blur') as HTMLCanvasElement;
    const pixels = blur.getContext('2d')?.getImageData(0, 0, blur.width, blur.height).data ?? [];
    expect(blur.width).toBeGreaterThan(10);
    expect([...pixels.slice(3, 4)], 'drawn').toEqual([255]);
    const image = one(element, 'thumb') as HTMLImageElement;
    await image.decode();
    await expect.poll(() => all(element, 'blur')).toHaveLength(0);
    expect(frames(element)).toEqual(before);
    image.dispatchEvent(new Event('error'));
    expect(frames(element), 'nor where one is broken').toEqual(before);
  });
});

describe("the page's own way to show a hit", () => {
  const evil = '<b>bold</b>';
  const attributes: Attributes = { glaze: 'ash', price: 30, currency: 'EUR' };
  const search = () =>
    new ScriptedSearch(({ answer }) =>
      answer(
        answerOf([
          hit('a', { title: evil, url: '#a', attributes }),
          hit('b', { url: 'javascript:alert(1)' }),
        ]),
      ),
    );
  const faces = (element: SoutuSearch) =>
    [...element.querySelectorAll<HTMLElement>(':scope > [slot^="hit-"]')] as HTMLElement[];

  test('by a template: texts stay text, links are safe, what is missing is left out', async () => {
    const { element } = stage(search());
    element.innerHTML = `<template slot="hit"><a data-href="url"><img data-src="thumb">
      <h3 data-text="title"></h3><i data-text="price"></i><u data-text="attributes.glaze"></u></a></template>`;
    await element.searchPhoto(photoFile());
    const [first, second] = faces(element);
    expect(first?.querySelector('h3')?.textContent).toBe(evil);
    expect(first?.querySelector('i')?.textContent).toBe('€30');
    expect(first?.querySelector('u')?.textContent).toBe('ash');
    expect(first?.querySelector('a')?.getAttribute('href')).toBe('#a');
    const image = first?.querySelector('img');
    expect([image?.getAttribute('width'), image?.alt]).toEqual(['4', evil]);
    expect(second?.querySelectorAll('i, u')).toHaveLength(0);
    expect(second?.querySelector('a')?.hasAttribute('href')).toBe(false);
    expect(first?.assignedSlot?.closest('[part=hit]')).toBe(all(element, 'hit')[0]);
    expect(all(element, 'like'), 'likeness and ways on stay ours').toHaveLength(2);
  });

  test('that throws leaves that hit to ours, and its error to the page’s author', async () => {
    const reported = vi.spyOn(globalThis, 'reportError').mockImplementation(() => undefined);
    const { element } = stage(search());
    element.renderHit = ({ id }) => {
      if (id === 'a') throw new Error('of the page');
      return `Own ${id}`;
    };
    await element.searchPhoto(photoFile());
    expect(faces(element).map(({ textContent }) => textContent)).toEqual(['Own b']);
    expect(all(element, 'hit')).toHaveLength(2);
    expect(reported.mock.calls).toEqual([[new Error('of the page')]]);
    vi.restoreAllMocks();
  });

  test('by a function; null keeps ours, and nothing is left behind', async () => {
    const { element } = stage(search());
    const renderHit: RenderHit = ({ id, item }) => (id === 'a' ? `Own ${item.title}` : null);
    element.renderHit = renderHit;
    await element.searchPhoto(photoFile());
    expect(faces(element).map(({ textContent }) => textContent)).toEqual([`Own ${evil}`]);
    element.renderHit = null;
    expect(faces(element)).toEqual([]);
    element.renderHit = renderHit;
    expect(faces(element)).toHaveLength(1);
    element.bundle = './other/';
    expect([stateOf(element), faces(element).length]).toEqual(['empty', 0]);
  });
});

describe('a hit that cannot be shown whole does not take the others away', () => {
  // A bundle of another maker, as it comes from JSON.
  const title = 7 as unknown as string;

  test.each([
    ['a ThumbHash of another length', { thumbHash: 'AAAA' }, 0],
    ['a ThumbHash that is no base64', { thumbHash: '!' }, 0],
    ['an empty ThumbHash', { thumbHash: '=' }, 0],
    ['an address that is none', { thumb: 'http://[', image: 'http://[' }, 0],
    ['a title that is no text', { title, attributes: { kind: 'vase' } }, 1],
  ])('%s', async (_, item, errors) => {
    const reported = vi.spyOn(globalThis, 'reportError').mockImplementation(() => undefined);
    const { element } = stage(
      new ScriptedSearch(({ answer }) => answer(answerOf([hit('a'), hit('b', item), hit('c')]))),
    );
    element.setAttribute('offline', './sw.js');
    const heard: string[] = [];
    element.addEventListener('soutu-results', ({ detail }) => heard.push(`${detail.hits.length}`));
    await element.searchPhoto(photoFile());
    expect(all(element, 'hit').map((it) => it.querySelector('[part=title]')?.textContent)).toEqual([
      'Title of a',
      errors > 0 ? '7' : 'Title of b',
      'Title of c',
    ]);
    expect(heard).toEqual(['3']);
    expect(reported).toHaveBeenCalledTimes(errors);
    vi.restoreAllMocks();
  });
});
