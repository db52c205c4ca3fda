/** What pages of single items read of a manifest. */
import { expect, test } from 'vitest';
import { parseReleaseFor } from '../../../src/client/similar/similar-release.ts';

const set = { set: '0123456789abcdef', count: 4, rows: 4, bytes: 100 };
const release = (details: unknown) => ({
  ...{ format: 'soutu-bundle', version: 5 },
  items: {
    count: 4,
    columns: [{ file: 'x', bytes: 9, sha256: '0f'.repeat(32), first: 0, rows: 4 }],
  },
  index: { type: 'parts', parts: { details } },
});

test('an index in parts has details by position', () => {
  expect(parseReleaseFor(release([set]), 'm').placed).toEqual([set]);
});

test.each([
  [[null], '[null]'],
  [undefined, 'nothing'],
  [[{ ...set, set: '../../evil' }], '[{"set":"../../evil"'],
])('details of %j are refused', (details, got) => {
  expect(() => parseReleaseFor(release(details), 'm')).toThrow(
    `m: "index.parts.details" must be a list of { set, count, rows, bytes }, got ${got}`,
  );
});
