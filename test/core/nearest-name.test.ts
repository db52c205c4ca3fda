import { expect, test } from 'vitest';
import { nearestName } from '../../src/core/nearest-name.ts';

const KNOWN = ['size', 'from', 'ef', 'minScore', 'attributes', 'image', 'id'];

test.each<[string, string | null]>([
  ['minscore', 'minScore'],
  ['min-score', 'minScore'],
  ['min_scor', 'minScore'],
  ['atributes', 'attributes'],
  ['attribute', 'attributes'],
  ['sise', 'size'],
  ['form', null],
  ['fro', 'from'],
  ['img', null],
  ['imag', 'image'],
  ['ID', 'id'],
  ['limit', null],
  ['x', null],
  ['', null],
])('%s: %s', (name, nearest) => {
  expect(nearestName(name, KNOWN)).toBe(nearest);
});

test('a text that is too long to be a name is not compared', () => {
  expect(nearestName(`size${' '.repeat(100)}`, KNOWN)).toBeNull();
  expect(nearestName(`size${' '.repeat(90)}`, KNOWN)).toBe('size');
});
