/** The last lines of a build. */
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import type { BuildSummary } from '../../../src/node/build/options.ts';
import { describeBuild } from '../../../src/node/cli/build/describe.ts';

const SUMMARY = {
  ...{ out: resolve('site'), site: null, threads: 2, kept: false, engine: 'kernel-deterministic' },
  report: resolve('site/bundle/report.json'),
  counts: {
    ...{ photos: 294, indexed: 294, unchanged: 0, failed: 0, damaged: 0, copies: 0, trimmed: 3 },
  },
  ...{ copies: [], neighbours: null, chosenIndex: null, delta: null, cold: null },
  calibration: {
    ...{ match: 0.8, related: 0.5, matchFrom: 'photos', relatedFrom: 'distractors' },
    ...{ alone: 0.1, measured: 294, folderAgreement: null },
  },
  colour: { by: 'default', weight: 0.3, measured: [] },
  codes: { recall10: 0.989, error: 0.002 },
  openingBytes: 85_200,
  bytes: { model: 700_000, vectors: 41_000, soft: 200_000, thumbs: 1_200_000 },
  rotations: { rotations: false, by: 'option', measured: null },
  seconds: { total: 138.4 },
} as unknown as BuildSummary;

const withCounts = (counts: Partial<BuildSummary['counts']>): BuildSummary => ({
  ...SUMMARY,
  counts: { ...SUMMARY.counts, ...counts },
});
const lines = (summary: BuildSummary, bundleOnly = false) => describeBuild(summary, { bundleOnly });
const report = join('site', 'bundle', 'report.html');

test('what was built, what a first search costs, what to do next', () => {
  expect(lines(SUMMARY)).toEqual([
    '294 photos indexed in 2 min 19 s: site (2.1 MB)',
    'A first search downloads 0.8 MB, besides the page: 0.7 MB of model and 85.2 kB of index and items.',
    `Report, with photos unlike all others and sample searches: ${report}`,
    'Open it: npm run soutu -- preview site',
  ]);
  expect(lines(SUMMARY, true).at(-1)).toBe('Search it: npm run soutu -- query site PHOTO');
});

test('what needs a look: skipped, damaged and copied photos', () => {
  const troubled = withCounts({ indexed: 292, failed: 2, damaged: 1, copies: 1 });
  expect(lines({ ...troubled, copies: [['a', 'b']] }).slice(0, 4)).toEqual([
    `292 of 294 photos indexed, 2 skipped (reasons: ${report}) in 2 min 19 s: site (2.1 MB)`,
    expect.stringContaining('A first search downloads'),
    'Damaged: 1 photo, which was used as far as it can be decoded (named above)',
    'Copies: 1 photo shows the same picture as another, and results fold them below it (such as a and b; all of them: ' +
      `${report})`,
  ]);
  expect(lines({ ...withCounts({ indexed: 293, failed: 1 }), report: null })[0]).toContain(
    '293 of 294 photos indexed, 1 skipped (reasons above) in ',
  );
});

test('a rebuild says what it embedded and what it took over', () => {
  expect(lines(withCounts({ unchanged: 290 }))).toContain(
    'Reused from earlier builds: 290 photos; embedded now: 4',
  );
  expect(lines(withCounts({ unchanged: 294 }))).toContain(
    'Reused from earlier builds: 294 photos; embedded now: none',
  );
  const kept = lines({ ...withCounts({ unchanged: 294 }), kept: true });
  expect(kept.filter((line) => /Reused|Nothing has changed/.test(line))).toEqual([
    'Nothing has changed since the previous build: the search index stays as it is.',
  ]);
});

test('--verbose adds how it was made, and nothing else changes', () => {
  const plain = lines(SUMMARY);
  const verbose = describeBuild(SUMMARY, { bundleOnly: false, verbose: true });
  expect(verbose.filter((line) => plain.includes(line))).toEqual(plain);
  const added = verbose.filter((line) => !plain.includes(line)).map((line) => line.split(':')[0]);
  expect(added).toEqual([
    ...['Size', 'Threads', 'Borders were cut away from 3 photos.', 'Index', 'Match'],
    ...['Nothing similar', 'Photos that match no other photo', 'Colours'],
    'Blurred and small photos',
  ]);
});
