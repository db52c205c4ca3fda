import { expect, test } from 'vitest';
import { otherOriginNeeds } from '../../src/browser/other-origin.ts';

test('a file of another origin: the header and the policy that it needs', () => {
  expect(otherOriginNeeds('https://cdn.net', 'https://shop.com', 'script-src ORIGIN')).toBe(
    'It lies on another origin than the page: its server must send "Access-Control-Allow-Origin: ' +
      'https://shop.com" (or *) with it, and a Content-Security-Policy of the page must allow ' +
      'script-src https://cdn.net.',
  );
});

test.each(['https://cdn.net', undefined])(
  'of the page’s own, or of no page (%s): nothing',
  (page) => {
    expect(otherOriginNeeds('https://cdn.net', page, '')).toBe('');
  },
);
