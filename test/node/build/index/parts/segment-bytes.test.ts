/** What the terminal says about a delta. */
import { expect, test } from 'vitest';
import type { Manifest } from '../../../../../src/core/bundle/manifest.ts';
import type { BuildSummary } from '../../../../../src/node/build/options.ts';
import { segmentBytesOf } from '../../../../../src/node/build/summary.ts';
import { describeDetails } from '../../../../../src/node/cli/build/describe-details.ts';

test.each([
  ['titles in both', [{ count: 900, bytes: 70 }], [{ count: 9, bytes: 7 }]],
  ['titles of added items alone', [], [{ count: 9, bytes: 7 }]],
  ['no titles', [], []],
])('bytes of segments are those of a delta without details and titles: %s', (_, base, added) => {
  const bytes = 20 + 300 + 40 + added.reduce((sum, set) => sum + set.bytes, 0);
  const parts = {
    details: [
      { count: 900, bytes: 5000 },
      { count: 9, bytes: 40 },
    ],
    titles: [...base, ...added],
    delta: { bytes, file: { bytes: 20 } },
  };
  const manifest = { index: { type: 'parts', parts } } as unknown as Manifest;
  expect(segmentBytesOf(manifest)).toBe(300);
});

test('the recall of a delta is that of its shards', () => {
  const summary = {
    ...{ out: 'site', site: null, threads: 1, report: null, kept: false, engine: 'phash' },
    counts: { photos: 909, indexed: 909, unchanged: 900, failed: 0, copies: 0, trimmed: 0 },
    ...{ copies: [], calibration: null, colour: null, neighbours: null, chosenIndex: null },
    codes: { recall10: 0.956, error: 0.01 },
    cold: { bytes: 90_000, requests: 11 },
    delta: { added: 9, removed: 0, bytes: 4000 },
    ...{ openingBytes: 95_000, bytes: { vectors: 1, model: 2, soft: 0 }, seconds: { total: 2 } },
    rotations: false,
  } as unknown as BuildSummary;
  const lineOf = (own: BuildSummary) =>
    describeDetails(own).find((line) => line.startsWith('Index')) ?? '';
  expect(lineOf(summary)).toContain(
    'When its shards were made, a search found 95.6 % of the ten nearest. A first search',
  );
  expect(lineOf({ ...summary, delta: null })).toContain('. A search finds 95.6 % of the ten');
});
