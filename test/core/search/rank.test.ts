import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { IndexedItem } from '../../../src/core/item.ts';
import { checkOptions } from '../../../src/core/search/options.ts';
import { rank } from '../../../src/core/search/rank.ts';

const catalogue = fc
  .array(
    fc.record({
      score: fc.integer({ min: -10, max: 10 }).map((n) => n / 10),
      group: fc.constantFrom('a', 'b', 'c', undefined),
      colour: fc.constantFrom('red', 'blue', 'green'),
    }),
    { maxLength: 40 },
  )
  .map((rows) => {
    const items = rows.map(
      ({ group, colour }, i): IndexedItem => ({
        id: `item-${String(i).padStart(2, '0')}`,
        image: 'x',
        ...(group ? { group } : {}),
        attributes: { colour },
      }),
    );
    const neighbours = rows
      .map(({ score }, row) => ({ row, score }))
      .sort((a, b) => b.score - a.score || a.row - b.row);
    return { items, neighbours };
  });

const options = fc.record({
  size: fc.integer({ min: 1, max: 12 }),
  from: fc.integer({ min: 0, max: 20 }),
  minScore: fc.integer({ min: -10, max: 10 }).map((n) => n / 10),
  group: fc.boolean(),
  filter: fc.constantFrom({}, { colour: 'red' }, { colour: ['red', 'blue'] }, { none: 'x' }),
});

describe('rank', () => {
  test('is the slice of the plain list, for any filter, group, cut-off and page', () => {
    fc.assert(
      fc.property(catalogue, options, ({ items, neighbours }, opts) => {
        // The oracle: loops over the sorted list, one hit at a time.
        const plain: { id: string; more: string[]; key: string }[] = [];
        for (const { row, score } of neighbours) {
          const item = items[row] as IndexedItem;
          const wanted = Object.entries(opts.filter).every(([name, values]) =>
            [values].flat().includes(item.attributes?.[name] as string),
          );
          if (!wanted || score < opts.minScore) continue;
          const key = item.group ?? item.id;
          const known = opts.group ? plain.find((hit) => hit.key === key) : undefined;
          if (known) known.more.push(item.id);
          else plain.push({ id: item.id, more: [], key });
        }
        const got = rank(neighbours, items, checkOptions(opts, 0));
        expect(got.total).toBe(plain.length);
        expect(
          got.hits.map(({ id, more, group }) => ({ id, more: more.map((m) => m.id), key: group })),
        ).toEqual(plain.slice(opts.from, opts.from + opts.size));
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  const items: IndexedItem[] = [
    { id: 'a', image: 'a.jpg', title: 'A', attributes: { tags: ['x', 'y'], price: 5 } },
    { id: 'b', image: 'b.jpg', attributes: { tags: ['y'] } },
  ];
  const neighbours = [
    { row: 1, score: 0.9 },
    { row: 0, score: 0.8 },
  ];

  test('counts facets over all hits, not only those of the page', () => {
    const { facets } = rank(
      neighbours,
      items,
      checkOptions({ size: 1, facets: ['tags', 'price', 'constructor'] }, 0),
    );
    expect(facets).toEqual({ tags: { y: 2, x: 1 }, price: { 5: 1 }, constructor: {} });
  });

  test('gives the asked fields only, and always the id', () => {
    const { hits } = rank(neighbours, items, checkOptions({ fields: ['title'] }, 0));
    expect(hits.map((hit) => hit.item)).toEqual([{ id: 'b' }, { id: 'a', title: 'A' }]);
  });

  test('fewer hits than asked is an answer', () => {
    const { hits, total } = rank(neighbours, items, checkOptions({ from: 5 }, 0));
    expect({ hits, total }).toEqual({ hits: [], total: 2 });
  });
});

test.each([
  [{ size: 0 }, 'Search option "size" must be a whole number from 1 up, got 0.'],
  [{ from: -1 }, 'Search option "from" must be a whole number from 0 up, got -1.'],
  [{ ef: 1.5 }, 'Search option "ef" must be a whole number from 1 up, got 1.5.'],
  [{ minScore: 2 }, 'Search option "minScore" must be a cosine from -1 to 1, got 2.'],
  [{ minScore: Number.NaN }, 'Search option "minScore" must be a cosine from -1 to 1, got null.'],
])('refuses %o', (bad, words) => {
  expect(() => checkOptions(bad, 0)).toThrow(words);
});
