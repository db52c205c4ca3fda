import { expect, test } from 'vitest';
import { valueLines } from '../../../../src/node/cli/query/unknown-filters.ts';

test('of many values, the most common ones and how many more there are', () => {
  const counts = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`kind ${i}`, i]));
  expect(valueLines('folder', ['chairs'], counts)).toEqual([
    'No item has "chairs" as its "folder". The most common values are: kind 10 (10), kind 9 (9), kind 8 (8), kind 7 (7), ' +
      'kind 6 (6), kind 5 (5), kind 4 (4), kind 3 (3), and 2 more.',
  ]);
});

test('a line for each value that no item has, with the one that was probably meant', () => {
  expect(valueLines('folder', ['mugs', 'Vase', 'jugs'], { mugs: 2, vases: 5, jugs: 2 })).toEqual([
    'No item has "Vase" as its "folder". Did you mean "vases"? The values are: vases (5), jugs (2), mugs (2).',
  ]);
});

test('an accent may be typed in two ways', () => {
  expect(valueLines('kind', ['cafe\u0301'], { 'caf\u00e9': 1 })).toEqual([]);
});

test('an attribute without counts has no list', () => {
  expect(valueLines('kind', ['jug'], {})).toEqual(['No item has "jug" as its "kind".']);
});
