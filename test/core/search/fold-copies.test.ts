/** Items with a copy of a better hit's picture are folded into it. */
import { describe, expect, test } from 'vitest';
import type { IndexedItem } from '../../../src/core/item.ts';
import { checkOptions } from '../../../src/core/search/options.ts';
import { rank } from '../../../src/core/search/rank.ts';
import { tableOf } from '../../support/item-table.ts';

/** c is a copy of a; d and b show a thing of one group; e is a copy of b. */
const ITEMS: readonly IndexedItem[] = [
  { id: 'a', image: 'x', attributes: { price: 9 } },
  { id: 'b', image: 'x', group: 'g', attributes: { price: 5 } },
  { id: 'c', image: 'x', copyOf: 'a', attributes: { price: 1 } },
  { id: 'd', image: 'x', group: 'g', attributes: { price: 3 } },
  { id: 'e', image: 'x', group: 'g', copyOf: 'b', attributes: { price: 2 } },
  { id: 'f', image: 'x', group: 'h', attributes: { price: 7 } },
  { id: 'g', image: 'x', group: 'h', copyOf: 'b', attributes: { price: 8 } },
];

/** In this order, best first. */
function answer(ids: string, options = {}) {
  const table = tableOf(ITEMS);
  const neighbours = [...ids].map((id, i) => ({
    row: table.row(table.indexOf(id)),
    score: 1 - i / 10,
  }));
  const { page, total } = rank(neighbours, checkOptions(options), 0.5);
  const idsOf = (list: readonly { row: { id: string } }[]) =>
    list.map(({ row }) => row.id).join('');
  const hits = page.map(({ best, more, copies }) =>
    [best.row.id, idsOf(more), idsOf(copies)].join('/'),
  );
  return { hits, total };
}

describe('copies', () => {
  test('are folded into the best of them, the original or not', () => {
    expect(answer('cadbe')).toEqual({ hits: ['c//a', 'd//', 'b//e'], total: 3 });
    expect(answer('ebdac')).toEqual({ hits: ['e//b', 'd//', 'a//c'], total: 3 });
  });

  test('can be listed', () => {
    expect(answer('cad', { foldCopies: false })).toEqual({ hits: ['c//', 'a//', 'd//'], total: 3 });
  });

  test('in a group are copies, not views; groups are folded only if all their pictures are the same', () => {
    expect(answer('bdeac', { group: true })).toEqual({ hits: ['b/d/e', 'a//c'], total: 2 });
    // g, a copy of b, is the best of its group, but f is another picture: as a size chart of two products.
    expect(answer('bdgfa', { group: true })).toEqual({ hits: ['b/d/', 'g/f/', 'a//'], total: 3 });
    expect(answer('beg', { group: true })).toEqual({ hits: ['b//eg'], total: 1 });
    expect(answer('bdfga', { group: true })).toEqual({ hits: ['b/d/', 'f/g/', 'a//'], total: 3 });
  });

  test('pages and orders count folded hits', () => {
    expect(answer('cadbe', { from: 1, size: 1 })).toEqual({ hits: ['d//'], total: 3 });
    // By the copy's price, which is the lowest.
    expect(answer('acfb', { sort: { by: 'price' } })).toEqual({
      hits: ['a//c', 'b//', 'f//'],
      total: 3,
    });
    expect(answer('acfb', { sort: { by: 'price', order: 'desc' } }).hits).toEqual([
      'a//c',
      'f//',
      'b//',
    ]);
  });

  test('that a filter excludes are not there', () => {
    expect(answer('acf', { filter: { price: { gte: 5 } } })).toEqual({
      hits: ['a//', 'f//'],
      total: 2,
    });
  });

  test('count in facets and ranges, once a hit', () => {
    const items: IndexedItem[] = [
      { id: 'a', image: 'x', attributes: { colour: 'red', price: 20 } },
      { id: 'b', image: 'x', copyOf: 'a', attributes: { colour: 'blue', price: 10 } },
      { id: 'c', image: 'x', copyOf: 'a', attributes: { colour: 'blue', price: 15 } },
    ];
    const table = tableOf(items);
    const neighbours = items.map(({ id }) => ({ row: table.row(table.indexOf(id)), score: 1 }));
    const asked = { facets: ['colour'], ranges: ['price'] };
    for (const filter of [{}, { colour: 'blue' }] as { colour?: string }[]) {
      const { facets, ranges, total } = rank(neighbours, checkOptions({ ...asked, filter }), 0.5);
      expect(total).toBe(1);
      expect(facets).toEqual({ colour: { red: 1, blue: 1 } });
      expect(ranges.price).toEqual(filter.colour ? { min: 10, max: 15 } : { min: 10, max: 20 });
    }
  });
});
