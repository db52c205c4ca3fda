import { expect, test } from 'vitest';
import { attributesOf } from '../../src/core/attribute-info.ts';
import type { AttributeValue } from '../../src/core/item.ts';

/** The names of the attributes with levels, if each item has one of these values. */
function treesOf(...values: AttributeValue[]): string[] {
  const items = values.map((a) => ({ attributes: { a, other: 'x' } }));
  return attributesOf(items).flatMap(({ name, levels }) => (levels ? [name] : []));
}

test('an attribute has levels if its lists are paths', () => {
  expect(treesOf('chairs', ['chairs', 'chairs/oak'], ['tables'])).toEqual(['a']);
  expect(treesOf(['chairs', 'chairs/oak'], ['tables', 'tables/round', 'tables/round/low'])).toEqual(
    ['a'],
  );
});

test('a slash in ordinary values makes no levels', () => {
  expect(treesOf('black', 'black/white', 'blue/white'), 'colours').toEqual([]);
  expect(treesOf('S', 'M', 'M/L', 'S/M'), 'sizes').toEqual([]);
  expect(treesOf(['black', 'black/white'], ['blue', 'white']), 'one list is no path').toEqual([]);
  expect(treesOf(['blue', 'white'], ['black', 'black/white']), 'in the other order').toEqual([]);
  expect(treesOf(['chairs', 'chairs/oak'], 3), 'a number').toEqual([]);
  expect(treesOf('chairs', 'tables'), 'first levels only').toEqual([]);
});

test('what the owner says stays, and the order of the owner', () => {
  expect(
    attributesOf([{ attributes: { b: 1, a: ['x', 'x/y'] } }], [{ name: 'a', label: 'Kind' }]),
  ).toEqual([
    { name: 'a', type: 'text', label: 'Kind', levels: true },
    { name: 'b', type: 'number' },
  ]);
});
