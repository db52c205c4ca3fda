import { expect, test } from 'vitest';
import { parseItem } from '../../../src/core/item.ts';
import { matcher } from '../../../src/core/search/filter.ts';
import { checkOptions } from '../../../src/core/search/options.ts';
import { rank } from '../../../src/core/search/rank.ts';

const COMPOSED = 'Café';
const DECOMPOSED = 'Cafe\u0301';
const itemWith = (attributes: unknown) => parseItem({ id: 'a', image: 'a.jpg', attributes }, 'c');

test.each([
  [COMPOSED, DECOMPOSED],
  [DECOMPOSED, COMPOSED],
  [DECOMPOSED, DECOMPOSED],
])('accents match however item and filter encode them', (ofItem, ofFilter) => {
  const item = itemWith({ [ofItem]: ofItem, tags: ['x', ofItem] });
  expect(matcher({ [ofFilter]: ofFilter, tags: [ofFilter] })(item)).toBe(true);
  const options = checkOptions({ facets: [ofFilter] }, 0);
  const { facets } = rank([{ row: 0, score: 1 }], [item], options);
  expect(facets).toEqual({ [ofFilter]: { [COMPOSED]: 1 } });
});

test('booleans match as booleans and as texts', () => {
  const item = itemWith({ organic: true, sold: false });
  expect(matcher({ organic: true, sold: 'false' })(item)).toBe(true);
  expect(matcher({ organic: [false] })(item)).toBe(false);
  const { facets } = rank([{ row: 0, score: 1 }], [item], checkOptions({ facets: ['sold'] }, 0));
  expect(facets).toEqual({ sold: { false: 1 } });
});
