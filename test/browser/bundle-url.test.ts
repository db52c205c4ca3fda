import { expect, test } from 'vitest';
import { bundleFile, bundleUrl } from '../../src/browser/bundle-url.ts';

test.each([
  ['/bundle/', 'https://shop.example/bundle'],
  ['/bundle//#part', 'https://shop.example/bundle'],
  ['./bundle/?v=2', 'https://shop.example/search/bundle?v=2'],
  ['https://cdn.example/?v=2', 'https://cdn.example/?v=2'],
])('%s has one spelling', (address, url) => {
  expect(bundleUrl(address, 'https://shop.example/search/?q=1')).toBe(url);
});

test.each([
  ['https://shop.example/bundle', 'manifest.json', 'https://shop.example/bundle/manifest.json'],
  [
    'https://shop.example/bundle/?v=2',
    'manifest.json',
    'https://shop.example/bundle/manifest.json?v=2',
  ],
  [
    'https://shop.example/bundle?v=2',
    'thumbs/a.webp',
    'https://shop.example/bundle/thumbs/a.webp?v=2',
  ],
  ['https://shop.example/?v=2#x', 'items-1.json', 'https://shop.example/items-1.json?v=2'],
  ['https://shop.example/bundle?v=2', 'a.webp?w=3', 'https://shop.example/bundle/a.webp?w=3'],
  ['https://shop.example/bundle?v=2', '/photos/a.webp', 'https://shop.example/photos/a.webp'],
  ['https://shop.example/bundle?v=2', 'https://cdn.example/a.webp', 'https://cdn.example/a.webp'],
])('of %s, %s is at %s', (bundle, file, url) => {
  expect(bundleFile(bundle, file)).toBe(url);
});
