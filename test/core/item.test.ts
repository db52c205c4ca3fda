import { describe, expect, test } from 'vitest';
import { describe as describeValue } from '../../src/core/describe.ts';
import { byId, groupOf, isSafeLink, parseItem } from '../../src/core/item.ts';

describe('a row of a catalogue', () => {
  test('passes with all it may hold, and nothing else', () => {
    const item = {
      id: 'a',
      image: 'a.jpg',
      group: 'g',
      title: 'A',
      url: 'https://shop.example/a',
      attributes: { colour: 'red', price: 5, sold: false, tags: ['x', 'y'], none: [] },
    };
    expect(parseItem({ ...item, secret: 1, thumb: 'x' }, 'c')).toEqual(item);
  });

  test('numbers become texts, empty fields are left out', () => {
    const row = { id: 7, image: 8.5, group: 0, title: '', url: null, attributes: { a: null } };
    expect(parseItem(row, 'c')).toEqual({ id: '7', image: '8.5', group: '0' });
    expect(parseItem({ id: 'a', image: 'b', attributes: {} }, 'c')).toEqual({
      id: 'a',
      image: 'b',
    });
  });

  test('attributes are Unicode-normalised, ids and paths are not', () => {
    const nfd = 'Caf\u0065\u0301';
    const attributes = { [nfd]: nfd, tags: [nfd], ['__proto__']: true };
    const item = parseItem({ id: nfd, image: nfd, attributes }, 'c');
    expect([item.id, item.image]).toEqual([nfd, nfd]);
    expect(Object.entries(item.attributes ?? {})).toEqual([
      ['Café', 'Café'],
      ['tags', ['Café']],
      ['__proto__', true],
    ]);
  });

  const row = { id: 'a', image: 'a.jpg' };
  test.each<[unknown, string]>([
    [null, 'expected an object with "id" and "image", got null.'],
    [['a'], 'expected an object with "id" and "image", got ["a"].'],
    ['a', 'expected an object with "id" and "image", got "a".'],
    [{ image: 'x' }, '"id" is missing or empty; every item needs one of its own.'],
    [{ id: '', image: 'x' }, '"id" is missing or empty; every item needs one of its own.'],
    [{ id: {}, image: 'x' }, '"id" must be a text, got {}.'],
    [{ id: 'a' }, '"image" of "a" is missing or empty; give a path or URL.'],
    [{ ...row, image: true }, '"image" must be a text, got true.'],
    [{ ...row, group: ['g'] }, '"group" must be a text, got ["g"].'],
    [
      { ...row, url: 'javascript:alert(1)' },
      '"url" of "a" must be http(s), mailto or relative, got "javascript:alert(1)".',
    ],
    [
      { ...row, attributes: ['x'] },
      'attribute "*" of "a" must be an object of texts, numbers, booleans or lists of texts, got ["x"].',
    ],
    [
      { ...row, attributes: { size: { w: 1 } } },
      'attribute "size" of "a" must be a text, a number, a boolean or a list of texts, got {"w":1}.',
    ],
    [
      { ...row, attributes: { tags: ['x', 1] } },
      'attribute "tags" of "a" must be a text, a number, a boolean or a list of texts, got ["x",1].',
    ],
    [
      { ...row, attributes: { price: Number.NaN } },
      'attribute "price" of "a" must be a text, a number, a boolean or a list of texts, got NaN.',
    ],
  ])('%j is refused', (raw, words) => {
    const parse = () => parseItem(raw, 'catalogue.json, item 3');
    const message = `catalogue.json, item 3: ${words}`;
    expect(parse).toThrow(expect.objectContaining({ name: 'CatalogueError', message }));
  });
});

describe('links', () => {
  test.each([
    'https://a.example',
    'HTTP://a',
    'mailto:a@b',
    'a/b.html',
    '/a',
    '?a=b:c',
    '#x',
    'a/b:c',
    '',
  ])('%j may be followed', (url) => {
    expect(isSafeLink(url)).toBe(true);
  });

  test.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' \u0001javascript:alert(1)',
    'java\tscr\nipt:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:https://a.example/1',
  ])('%j may not', (url) => {
    expect(isSafeLink(url)).toBe(false);
    // The oracle: what a browser takes the scheme to be.
    expect(['http:', 'https:', 'mailto:']).not.toContain(
      new URL(url, 'https://base.example').protocol,
    );
  });
});

test('an item without a group is a group of its own', () => {
  expect(groupOf({ id: 'a' })).toBe('a');
  expect(groupOf({ id: 'a', group: 'g' })).toBe('g');
});

test('ids are sorted by code units, whatever the language', () => {
  const sorted = ['b', 'a', 'B', 'ä', 'a1', 'a', '10', '9', '']
    .map((id) => ({ id, image: '' }))
    .sort(byId);
  expect(sorted.map(({ id }) => id)).toEqual(['', '10', '9', 'B', 'a', 'a', 'a1', 'b', 'ä']);
});

test('values in error messages stay short', () => {
  expect(describeValue(undefined)).toBe('nothing');
  expect(describeValue('x'.repeat(58))).toBe(`"${'x'.repeat(58)}"`);
  expect(describeValue('x'.repeat(59))).toBe(`"${'x'.repeat(56)}...`);
  expect(describeValue(() => 1)).toBe('() => 1');
});
