import { expect, test } from 'vitest';
import { matcher } from '../../../src/core/search/filter.ts';
import { rowOf } from '../../../src/core/search/item-table.ts';
import { extentOf } from '../../../src/core/search/number-range.ts';

const rowWith = (price: string | number | boolean) => rowOf({ id: 'a', attributes: { price } });

test.each<[string | number | boolean, object, boolean]>([
  [5, { gte: 5 }, true],
  [5, { lte: 5 }, true],
  [5, { gte: 5, lte: 5 }, true],
  [4.99, { gte: 5 }, false],
  [5.01, { lte: 5 }, false],
  [-3, { gte: -4, lte: -2 }, true],
  [0, { gte: 0, lte: 0 }, true],
  ['5', { gte: 1 }, false],
  [true, { gte: 0 }, false],
])('%s within %j: %s', (value, range, expected) => {
  expect(matcher({ price: range })(rowWith(value))).toBe(expected);
  expect(matcher({ weight: range })(rowWith(value)), 'without the attribute').toBe(false);
});

test('the extent of numbers, or of none', () => {
  expect(extentOf([3, -1, 2])).toEqual({ min: -1, max: 3 });
  expect(extentOf([0])).toEqual({ min: 0, max: 0 });
  expect(extentOf([])).toBeNull();
});
