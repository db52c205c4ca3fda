import { expect, test } from 'vitest';
import type { Attributes, IndexedItem } from '../../../src/core/item.ts';
import { facetsOf, numericOf } from '../../../src/core/search/facets.ts';

const itemsWith = (...attributes: Attributes[]): IndexedItem[] =>
  attributes.map((of, i) => ({ id: String(i), image: 'x', attributes: of }));

test('facets are the attributes that divide a catalogue: texts, of few values, more than one', () => {
  const items = itemsWith(
    ...Array.from({ length: 51 }, (_, i) => ({
      kind: i % 2 ? 'bowl' : 'mug',
      tags: [`t${i % 50}`],
      story: `Story ${i}`,
      price: i % 3,
      shop: 'one',
      organic: i < 3,
      mixed: i === 0 ? 'x' : i,
      constructor: i % 2 ? 'a' : 'b',
    })),
  );
  expect(facetsOf(items)).toEqual(['kind', 'tags', 'organic', 'constructor']);
  expect(numericOf(items), 'numbers only, and different ones').toEqual(['price']);
  expect(facetsOf([{ id: 'a' }])).toEqual([]);
  expect(numericOf([{ id: 'a' }])).toEqual([]);
  expect(numericOf(itemsWith({ size: 3 }, {}, { size: 3 }))).toEqual([]);
  expect(numericOf(itemsWith({ size: 3 }, { size: 4 }, { size: 'L' }))).toEqual([]);
});

test('of an attribute with levels the first one counts; a single first level divides by what is below', () => {
  const folders = Array.from({ length: 120 }, (_, i) => ({
    folder: [`kind-${i % 40}`, `kind-${i % 40}/${i}`],
  }));
  expect(facetsOf(itemsWith(...folders))).toEqual(['folder']);
  const many = Array.from({ length: 1002 }, (_, i) => ({ folder: ['all', `all/${i}`] }));
  expect(facetsOf(itemsWith(...many.slice(0, 2)))).toEqual(['folder']);
  expect(facetsOf(itemsWith(...many.slice(0, 1001)))).toEqual([]);
  const names = Array.from({ length: 51 }, (_, i) => ({ tags: [`a${i}`, `b${i}`] }));
  expect(facetsOf(itemsWith(...names)), 'a list without levels').toEqual([]);
});
