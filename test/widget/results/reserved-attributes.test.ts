/** Attributes called as what every object inherits, through the search and the choices of a page. */
import { expect, test } from 'vitest';
import type { IndexedItem } from '../../../src/core/item.ts';
import { SearchEngine } from '../../../src/engine/search-engine.ts';
import { facetsIn } from '../../../src/widget/results/facets.ts';
import { optionsFor, PLAIN, toggled } from '../../../src/widget/results/refinement.ts';
import { wordsFor } from '../../../src/widget/words/languages.ts';
import { embedderOf, memoryBundle, plainOf } from '../../engine/memory-bundle.ts';

const NAMES = ['constructor', 'toString', '__proto__', 'hasOwnProperty'];
const words = wordsFor('en');

/** Half of the items are red in each of the attributes, a quarter orange; the others have none. */
const attributesOf = (row: number): NonNullable<IndexedItem['attributes']> =>
  row % 4 === 3
    ? { kind: 'bare' }
    : Object.fromEntries(NAMES.map((name) => [name, row % 4 === 2 ? 'orange' : 'red']));

test.each(NAMES)('%s is filtered, counted, chosen and shown as any other', async (name) => {
  const { source } = memoryBundle({ attributesOf });
  const engine = await SearchEngine.open(source, {
    embeddersFor: (spec) => [async () => embedderOf(spec)],
  });
  const ask = (options: object) =>
    engine.search({ vector: plainOf(1) }, { minScore: -1, size: 400, facets: ['*'], ...options });
  const all = await ask({});
  const facets = facetsIn(all, PLAIN, words);
  expect(facets.map(({ attribute }) => attribute)).toEqual(NAMES);
  expect(facets.find(({ attribute }) => attribute === name)).toEqual({
    attribute: name,
    values: [
      { value: 'orange', count: 100 },
      { value: 'red', count: 200 },
    ],
    chosen: [],
    isTree: false,
  });

  const chosen = toggled(PLAIN, name, 'orange');
  expect(toggled(chosen, name, 'orange').filter).toEqual({});
  const { hits, ...some } = await ask(optionsFor({}, chosen));
  expect(hits).toHaveLength(100);
  for (const { item } of hits) {
    expect(Object.entries(item.attributes ?? {})).toEqual(NAMES.map((one) => [one, 'orange']));
  }
  const own = facetsIn(some, chosen, words).find(({ attribute }) => attribute === name);
  expect(own).toMatchObject({ chosen: ['orange'] });
  expect(own?.values.map(({ value }) => value)).toEqual(['orange', 'red']);
});
