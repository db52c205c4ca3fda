/** Filters beyond checkboxes: number ranges, words, colours, and chips for what is active. */
import { describe, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { levelsOf } from '../../../src/core/attribute-path.ts';
import type { SearchResponse } from '../../../src/core/contract.ts';
import { colourOf, namesColours } from '../../../src/widget/results/swatch.ts';
import { answerOf, hit, photoFile, ScriptedSearch } from '../scripted-search.ts';
import { all, one, type SoutuSearch, settled, shadow, stage } from '../stage.ts';

const pieces = [
  hit('a', { attributes: { kind: 'bowl', price: 30, currency: 'EUR', height: 12 } }),
  hit('b', { attributes: { kind: 'mug', price: 10, currency: 'EUR' } }),
];
const ANSWER: Partial<SearchResponse> = {
  total: 10,
  facets: { kind: { bowl: 5, mug: 5 }, colour: { Red: 3, 'Dark blue': 4, spotted: 3 } },
  ranges: { price: { min: 10, max: 49.5 }, height: { min: 3, max: 20 }, year: { min: 7, max: 7 } },
  attributes: [
    { name: 'price', type: 'number' },
    { name: 'kind', type: 'text', swatch: { mug: '#4a8a7c' } },
    { name: 'height', type: 'number', unit: 'cm' },
    { name: 'colour', type: 'text' },
  ],
};

async function searched(fragment = '', more: Partial<SearchResponse> = {}) {
  const search = new ScriptedSearch(({ answer }) =>
    answer(answerOf(pieces, { ...ANSWER, ...more })),
  );
  const staged = stage(search, {}, fragment);
  await settled();
  if (search.calls.length === 0) await staged.element.searchPhoto(photoFile());
  await settled();
  return staged;
}

const texts = (element: SoutuSearch, part: string) =>
  all(element, part).map(({ textContent }) => textContent);

async function open(element: SoutuSearch, name: string): Promise<void> {
  all(element, 'facet')
    .find(({ textContent }) => textContent?.startsWith(name))
    ?.click();
  await settled();
}

/** The script of the fields is loaded with the first range. */
async function openRange(element: SoutuSearch, name: string): Promise<void> {
  await open(element, name);
  await vi.waitFor(() =>
    expect(all(element, 'range-input')[0]?.ariaLabel).toMatch(new RegExp(`^${name}`)),
  );
}

async function type(input: HTMLElement, text: string): Promise<void> {
  await userEvent.fill(input, text);
  input.dispatchEvent(new Event('change'));
  await settled();
}

describe('a range', () => {
  test('is offered for numbers that differ, in the order of the catalogue', async () => {
    const { element, search } = await searched();
    expect(search.last.options.ranges).toEqual(['*']);
    expect(texts(element, 'facet')).toEqual(['Price', 'Kind', 'Height', 'Colour']);
  });

  test('has two fields, and says which numbers there are, with currency and unit', async () => {
    const { element } = await searched();
    await openRange(element, 'Price');
    expect(texts(element, 'range-extent')).toEqual(['€10 to €49.50']);
    const labels = () =>
      all(element, 'range-input').map((input) => [
        input.ariaLabel,
        (input as HTMLInputElement).placeholder,
      ]);
    expect(labels()).toEqual([
      ['Price: From', '10'],
      ['Price: To', '49.5'],
    ]);
    await openRange(element, 'Height');
    expect(texts(element, 'range-extent')).toEqual(['3\u00a0cm to 20\u00a0cm']);
    expect(labels()[0]).toEqual(['Height (cm): From', '3']);
  });

  test('filters by either end or both; ends in the wrong order are swapped', async () => {
    const { element, search } = await searched();
    await openRange(element, 'Price');
    const [from, to] = all(element, 'range-input') as [HTMLInputElement, HTMLInputElement];
    await type(from, '20');
    expect(search.last.options.filter).toEqual({ price: { gte: 20 } });
    expect(texts(element, 'chip')).toEqual(['Price: from €20×']);
    await type(to, '12.5');
    expect(search.last.options.filter).toEqual({ price: { gte: 12.5, lte: 20 } });
    expect(texts(element, 'facet')[0]).toBe('Price: €12.50 to €20');
    await type(from, '');
    expect(search.last.options.filter).toMatchObject({ price: { lte: expect.any(Number) } });
    await type(to, '');
    await type(from, '');
    expect(search.last.options.filter).toBeUndefined();
    expect(one(element, 'active-filters').hidden).toBe(true);
  });
});

describe('words', () => {
  test('narrow the results while the visitor types, after a pause', async () => {
    const { element, search } = await searched();
    const field = one(element, 'text-filter') as HTMLInputElement;
    expect(field.ariaLabel).toBe('Filter by words');
    const before = search.calls.length;
    field.focus();
    await userEvent.keyboard('blue bo');
    await vi.waitFor(() => expect(search.last.options.text).toBe('blue bo'));
    expect(search.calls.length, 'one search for all keys').toBe(before + 1);
    expect(shadow(element).activeElement).toBe(field);
    expect(location.hash).toBe('#soutu.text=blue+bo');
    await userEvent.keyboard('{Enter}');
    expect(search.calls.length, 'nothing new').toBe(before + 1);
  });
});

test('without a field for words where the index cannot search them', async () => {
  const { element } = await searched('', {
    engine: { index: 'hnsw', embedder: 'test', words: false },
  });
  expect(one(element, 'text-filter').closest('[hidden]')).not.toBeNull();
  expect(texts(element, 'facet').length).toBeGreaterThan(2);
});

describe('colours', () => {
  test('stand beside the values that name them, or that the catalogue says', async () => {
    const { element } = await searched();
    await open(element, 'Colour');
    const swatches = () =>
      all(element, 'value').map((label) => [
        label.querySelector('bdi')?.textContent,
        label.querySelector<HTMLElement>('[part=swatch]')?.style.backgroundColor ?? null,
      ]);
    expect(swatches()).toEqual([
      ['Dark blue', 'darkblue'],
      ['Red', 'red'],
      ['spotted', null],
    ]);
    await open(element, 'Kind');
    expect(swatches()).toEqual([
      ['bowl', null],
      ['mug', 'rgb(74, 138, 124)'],
    ]);
  });

  test.each([
    ['Red', 'red'],
    [' light-grey ', 'lightgrey'],
    ['#0AF', '#0af'],
    ['inherit', null],
    ['Canvas', null],
    ['Mark', null],
    ['oak', null],
    ['url(x)', null],
    ['', null],
  ])('%j is the colour %j', (value, colour) => {
    expect(colourOf(value)).toBe(colour);
  });

  test('are what most values name, and not one by chance', () => {
    expect(namesColours(['red', 'blue', 'multicolour'])).toBe(true);
    expect(namesColours(['olive', 'sunflower', 'walnut'])).toBe(false);
    expect(namesColours(['tan'])).toBe(false);
  });
});

describe('chips', () => {
  test('name every active filter and remove it; the focus goes to the next', async () => {
    const link =
      '#soutu.like=x&soutu.is.kind=bowl&soutu.is.kind=mug&soutu.from.price=20&soutu.text=tea';
    const { element, search } = await searched(link);
    expect(search.last.options).toMatchObject({
      text: 'tea',
      filter: { kind: ['bowl', 'mug'], price: { gte: 20 } },
    });
    expect(texts(element, 'chip')).toEqual([
      '“tea”×',
      'Kind: bowl×',
      'Kind: mug×',
      'Price: from €20×',
    ]);
    expect((one(element, 'text-filter') as HTMLInputElement).value).toBe('tea');
    const [, bowl] = all(element, 'chip');
    expect(bowl?.ariaLabel).toBe('Remove filter: Kind: bowl');
    bowl?.focus();
    await userEvent.keyboard('{Enter}');
    await settled();
    expect(search.last.options.filter).toEqual({ kind: ['mug'], price: { gte: 20 } });
    expect(shadow(element).activeElement?.textContent).toBe('Kind: mug×');
    all(element, 'chip')[0]?.click();
    await settled();
    expect(search.last.options.text).toBeUndefined();
    expect((one(element, 'text-filter') as HTMLInputElement).value).toBe('');
    expect(location.hash).toBe('#soutu.like=x&soutu.is.kind=mug&soutu.from.price=20');
    one(element, 'clear').click();
    await settled();
    expect(search.last.options.filter).toBeUndefined();
    expect(texts(element, 'chip')).toEqual([]);
    expect(shadow(element).activeElement).toBe(all(element, 'facet')[0]);
    expect(location.hash).toBe('#soutu.like=x');
  });
});

describe('levels', () => {
  const FOLDERS = [
    ...['oak_chairs/tall', 'oak_chairs/tall', 'oak_chairs/low/round', 'oak_chairs/low'],
    ...['tables', 'tables'],
  ].flatMap((path) => [path, path, path]);
  const items = FOLDERS.map((path, i) => hit(`f${i}`, { attributes: { folder: levelsOf(path) } }));

  /** Filters and counts by the paths, as the engine does. */
  const shop = () =>
    new ScriptedSearch(({ options, answer }) => {
      const [level] = (options.filter?.folder as readonly string[] | undefined) ?? [];
      const hits = items.filter((_, i) => {
        return level === undefined || `${FOLDERS[i]}/`.startsWith(`${level}/`);
      });
      const folder: Record<string, number> = {};
      for (const path of FOLDERS) {
        for (const one of levelsOf(path)) folder[one] = (folder[one] ?? 0) + 1;
      }
      const attributes = [{ name: 'folder', type: 'text', levels: true } as const];
      answer(answerOf(hits, { total: hits.length, facets: { folder }, attributes }));
    });

  async function opened(fragment = '') {
    const staged = stage(shop(), {}, fragment);
    await settled();
    if (!fragment) await staged.element.searchPhoto(photoFile());
    await settled();
    await open(staged.element, 'Folder');
    await vi.waitFor(() => one(staged.element, 'levels'));
    return staged;
  }

  async function choose(element: SoutuSearch, name: string): Promise<void> {
    const button = [...all(element, 'level'), ...all(element, 'level-below')].find((it) =>
      it.textContent?.startsWith(name),
    );
    if (!button) throw new Error(`There is no level "${name}".`);
    button.focus();
    button.click();
    await settled();
  }

  test('the first is shown at first; choosing one opens the next below it, with its counts', async () => {
    const { element, search } = await opened();
    const shown = () => [texts(element, 'level'), texts(element, 'level-below')];
    expect(shown()).toEqual([['All'], ['Oak chairs12', 'Tables6']]);
    await choose(element, 'Oak chairs');
    expect(search.last.options.filter).toEqual({ folder: ['oak_chairs'] });
    expect(shown()).toEqual([
      ['All', 'Oak chairs'],
      ['Low6', 'Tall6'],
    ]);
    expect(all(element, 'hit').length).toBe(12);
    await choose(element, 'Low');
    expect(search.last.options.filter).toEqual({ folder: ['oak_chairs/low'] });
    expect(shown()).toEqual([['All', 'Oak chairs', 'Low'], ['Round3']]);
    expect(texts(element, 'chip')).toEqual(['Folder: Oak chairs › Low×']);
    await choose(element, 'Round');
    expect(shown(), 'the last level stays visible').toEqual([
      ['All', 'Oak chairs', 'Low', 'Round'],
      ['Round3'],
    ]);
    expect(shadow(element).activeElement?.textContent, 'the focus').toBe('Round3');
    await choose(element, 'All');
    expect(search.last.options.filter).toBe(undefined);
    expect([shown()[1], all(element, 'hit').length]).toEqual([['Oak chairs12', 'Tables6'], 18]);
  });

  test('colours with a slash are ordinary values, although one begins like another', async () => {
    const colours = ['black', 'black/white', 'blue/white'];
    const of = Array.from({ length: 18 }, (_, i) => {
      return hit(`c${i}`, { attributes: { colour: colours[i % 3] as string } });
    });
    const { element } = stage(
      new ScriptedSearch(({ answer }) => {
        const attributes = [{ name: 'colour', type: 'text' } as const];
        const colour = Object.fromEntries(colours.map((one) => [one, 6]));
        answer(answerOf(of, { facets: { colour }, attributes }));
      }),
    );
    await element.searchPhoto(photoFile());
    await settled();
    await open(element, 'Colour');
    expect([all(element, 'value').length, all(element, 'levels').length]).toEqual([3, 0]);
    expect(texts(element, 'facts').slice(0, 3)).toEqual(colours);
  });

  test('a link opens its level, and cards name the deepest one', async () => {
    const { element } = await opened('#soutu.like=f0&soutu.is.folder=oak_chairs/tall');
    expect(texts(element, 'level')).toEqual(['All', 'Oak chairs', 'Tall']);
    expect(
      all(element, 'level')
        .filter((it) => it.ariaCurrent === 'true')
        .map(({ textContent }) => textContent),
    ).toEqual(['Tall']);
    expect(texts(element, 'facts')).toEqual(Array(6).fill('Oak chairs › Tall'));
    expect(all(element, 'facet')[0]?.textContent).toBe('Folder: Oak chairs › Tall');
  });
});
