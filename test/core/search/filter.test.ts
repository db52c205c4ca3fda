import { expect, test } from 'vitest';
import { parseItem } from '../../../src/core/item.ts';
import { matcher, splitFilter } from '../../../src/core/search/filter.ts';
import { rowOf } from '../../../src/core/search/item-table.ts';
import { checkOptions } from '../../../src/core/search/options.ts';
import { rank } from '../../../src/core/search/rank.ts';

const COMPOSED = 'Café';
const DECOMPOSED = 'Cafe\u0301';
const rowWith = (attributes: unknown) =>
  rowOf(parseItem({ id: 'a', image: 'a.jpg', attributes }, 'c'));

test.each([
  [COMPOSED, DECOMPOSED],
  [DECOMPOSED, COMPOSED],
  [DECOMPOSED, DECOMPOSED],
])('accents match however item and filter encode them', (ofItem, ofFilter) => {
  const row = rowWith({ [ofItem]: ofItem, tags: ['x', ofItem] });
  expect(matcher({ [ofFilter]: ofFilter, tags: [ofFilter] })(row)).toBe(true);
  const options = checkOptions({ facets: [ofFilter] });
  const { facets } = rank([{ row, score: 1 }], options, 0);
  expect(facets).toEqual({ [ofFilter]: { [COMPOSED]: 1 } });
});

test("a facet leaves out the filter's condition on it however both encode accents", () => {
  const neighbours = ['x', 'y'].map((value) => ({ row: rowWith({ [COMPOSED]: value }), score: 1 }));
  const options = checkOptions({ facets: [COMPOSED], filter: { [DECOMPOSED]: 'x' } });
  const { total, facets } = rank(neighbours, options, 0);
  expect({ total, facets }).toEqual({ total: 1, facets: { [COMPOSED]: { x: 1, y: 1 } } });
  expect(splitFilter(options.filter, options.facets)).toEqual([{}, options.filter]);
});

test('booleans match as booleans and as texts', () => {
  const row = rowWith({ organic: true, sold: false });
  expect(matcher({ organic: true, sold: 'false' })(row)).toBe(true);
  expect(matcher({ organic: [false] })(row)).toBe(false);
  const { facets } = rank([{ row, score: 1 }], checkOptions({ facets: ['sold'] }), 0);
  expect(facets).toEqual({ sold: { false: 1 } });
});
