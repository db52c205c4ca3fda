/** What a search may be made of. */
import { expect, test } from 'vitest';
import type { CreateSearchOptions } from '../../src/client/api.ts';
import { createSearch } from '../../src/client/create-search.ts';

test.each<[object, string]>([
  [{ engine: 'gpu' }, '"engine" must be "auto", "kernel", "onnxruntime", "webgpu", got "gpu".'],
  [{ maxPixels: 0 }, '"maxPixels" must be a number above 0, got 0.'],
  [{ idleMs: -1 }, '"idleMs" must be a number above 0, got -1.'],
])('%j is refused', (options, message) => {
  const given = { bundle: './b/', ...options } as CreateSearchOptions;
  expect(() => createSearch(given)).toThrow(message);
});
