import { expect, test } from 'vitest';
import { isPath, lastOf, levelsOf, parentOf } from '../../src/core/attribute-path.ts';

test('levels of a path, the first one first', () => {
  expect(levelsOf('chairs/wooden/oak')).toEqual(['chairs', 'chairs/wooden', 'chairs/wooden/oak']);
  expect(levelsOf('chairs')).toEqual(['chairs']);
  expect([parentOf('chairs/wooden'), parentOf('chairs'), parentOf('/chairs')]).toEqual([
    'chairs',
    null,
    null,
  ]);
  expect([lastOf('chairs/wooden'), lastOf('chairs')]).toEqual(['wooden', 'chairs']);
});

test('a list is a path if each value is one level below the value before it', () => {
  expect(isPath(['a', 'a/b', 'a/b/c'])).toBe(true);
  expect(isPath(['a/b', 'a/b/c'])).toBe(true);
  for (const other of [[], ['a'], ['a', 'b'], ['a', 'a/b/c'], ['a/b', 'a'], ['a', 'ab']]) {
    expect(isPath(other), other.join()).toBe(false);
  }
});
