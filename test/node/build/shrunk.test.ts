import { expect, test } from 'vitest';
import { shrunkWarning } from '../../../src/node/build/shrunk.ts';

test.each([
  ['no release before', 0, 10],
  ['more items', 100, 120],
  ['as many', 100, 100],
  ['a tenth fewer', 100, 90],
  ['four of six fewer: removed by hand', 6, 2],
])('no warning: %s', (_, before, now) => {
  expect(shrunkWarning(before, now)).toBeNull();
});

test.each([
  ['more than a tenth', 100, 89],
  ['five of ten', 10, 5],
  ['252 of 402 left', 402, 252],
])('a warning: %s', (_, before, now) => {
  expect(shrunkWarning(before, now)).toContain(
    `has ${before} items, and this one has ${now}: ${before - now} fewer.`,
  );
});

test('the whole line says what to do', () => {
  expect(shrunkWarning(402, 252)).toBe(
    'The release that this one replaces has 402 items, and this one has 252: 150 fewer. If that was not meant, check ' +
      'the source and build again.',
  );
});
