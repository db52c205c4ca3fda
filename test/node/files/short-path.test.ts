import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { shortPath } from '../../../src/node/files/short-path.ts';

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
