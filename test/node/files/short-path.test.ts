import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { shortPath, withShortPaths } from '../../../src/node/files/short-path.ts';

const from = resolve('/home/ann/shop');

test.each([
  ['below the working folder', join(from, 'site/bundle'), join('site', 'bundle')],
  ['the working folder itself', from, '.'],
  ['beside it', resolve('/home/ann/shop-2/site'), resolve('/home/ann/shop-2/site')],
  ['above it', resolve('/home/ann'), resolve('/home/ann')],
  ['a name that begins with dots', join(from, '..photos'), '..photos'],
  ['a name that looks like an option', join(from, '-site'), './-site'],
  ['relative already', 'photos', 'photos'],
])('%s', (_, path, expected) => {
  expect(shortPath(path, from)).toBe(expected);
});

test('without a folder, from the working folder of the process', () => {
  expect(shortPath(resolve('photos'))).toBe('photos');
});

test.each([
  ['Skipped: /home/ann/shop/a b.jpg: no image', 'Skipped: a b.jpg: no image'],
  ['see "/home/ann/shop/site/x" (/home/ann/shop/y)', 'see "site/x" (y)'],
  ['/home/ann/shop-2/a and /srv/home/ann/shop/b', '/home/ann/shop-2/a and /srv/home/ann/shop/b'],
  ['file:///home/ann/shop/a', 'file:///home/ann/shop/a'],
  ['open /home/ann/shop/-site', 'open ./-site'],
  ['in /home/ann/shop/ nothing', 'in /home/ann/shop/ nothing'],
])('in a line: %s', (line, expected) => {
  expect(withShortPaths(line, '/home/ann/shop', '/')).toBe(expected);
});

test('in a line on Windows, and from the root, where nothing is shorter', () => {
  expect(withShortPaths('at C:\\shop\\a.jpg', 'C:\\shop', '\\')).toBe('at a.jpg');
  expect(withShortPaths('at /a.jpg', '/', '/')).toBe('at /a.jpg');
});
