import { expect, test } from 'vitest';
import { isOfTheBundle } from '../../src/offline/bundle-file.ts';

test.each([
  ['/shop/bundle/manifest.json', true],
  ['/bundle/codes-0123456789abcdef.bin', true],
  ['/bundle/columns-0123456789abcdef.json', true],
  ['/assets/kernel-fast-0123abcd.wasm', true],
  ['/assets/ort-wasm-simd-threaded.jspi.wasm', true],
  // Scripts with the names of kinds of files: without them the page cannot search offline.
  ['/assets/codes-0123456789abcdef.js', false],
  ['/assets/parts-0123456789abcdef.js', false],
  ['/assets/graph-0123456789abcdef.js', false],
  ['/assets/main-0123456789abcdef.js', false],
  ['/thumbs/0123456789abcdef.webp', false],
])('%s: %s', (path, expected) => {
  expect(isOfTheBundle(path)).toBe(expected);
});
