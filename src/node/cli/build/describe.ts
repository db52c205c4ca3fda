/** What the terminal says after a build. */

import { dirname, join } from 'node:path';
import { describeChoice } from '../../build/index/why-index.ts';
import type { BuildSummary } from '../../build/options.ts';
import { REPORT_HTML } from '../../build/report/html/page-parts.ts';
import { duration } from '../progress.ts';
import { calibrationLines } from './calibration-lines.ts';
import { describeColour, describeNeighbours, describeRotations } from './describe-choices.ts';

/** How to call the command line: from the source, or as a package. */
const SOUTU = import.meta.url.endsWith('.ts') ? 'npm run soutu --' : 'npx soutu';

export function describeBuild(summary: BuildSummary, bundleOnly: boolean): string[] {
  const {
    out,
    site,
    counts,
    copies,
    threads,
    report,
    kept,
    calibration,
    colour,
    neighbours,
    chosenIndex,
    bytes,
    seconds,
  } = summary;
  const parts = Object.entries(bytes)
    .filter(([, size]) => size > 0)
    .map(([part, size]) => `${part} ${megabytes(size)}`);
  return [
    `${counts.indexed} of ${counts.photos} photos indexed` +
      (counts.failed > 0 ? `, ${counts.failed} skipped (${reasonsIn(report)})` : '') +
      ` in ${duration(seconds.total ?? 0)}${threads > 1 ? ` on ${threads} threads` : ''}: ${out}`,
    ...(counts.unchanged > 0
      ? [
          `Unchanged, so neither decoded nor embedded again: ${counts.unchanged} of ${counts.photos} photos.`,
        ]
      : []),
    ...(counts.trimmed > 0
      ? [
          `Borders were cut away from ${counts.trimmed} ${counts.trimmed === 1 ? 'photo' : 'photos'}.`,
        ]
      : []),
    ...copiesLine(counts.copies, copies, report),
    `Size: ${megabytes(Object.values(bytes).reduce((a, b) => a + b))} (${parts.join(', ')})`,
    ...(kept
      ? ['Nothing has changed since the previous build: the search index stays as it is.']
      : []),
    ...(chosenIndex ? [describeChoice(chosenIndex)] : []),
    ...describeIndex(summary),
    ...(calibration ? calibrationLines(calibration) : []),
    ...describeColour(colour),
    ...(neighbours ? describeNeighbours(neighbours) : []),
    ...describeRotations(summary.rotations),
    ...softLine(summary),
    ...(site === null
      ? []
      : [
          'Add this to the pages of your site that should have the search, and build the search again after each build:',
          `  ${site.tag}`,
          ...site.notes,
        ]),
    ...(report === null
      ? []
      : [`Report, with photos unlike all others and sample searches: ${htmlBeside(report)}`]),
    bundleOnly
      ? `Search it: ${SOUTU} query ${quoted(out)} PHOTO`
      : `Open it: ${SOUTU} preview ${quoted(site?.preview ?? out)}`,
  ];
}

function softLine({ engine, bytes }: BuildSummary): string[] {
  if (engine === 'phash') return [];
  return [
    bytes.soft > 0
      ? 'Blurred and small photos: compared with a second vector for each item, which pages download only for them'
      : 'Blurred and small photos: no second vector for each item (--soft makes them)',
  ];
}

function copiesLine(
  count: number,
  copies: BuildSummary['copies'],
  report: string | null,
): string[] {
  const [first] = copies;
  if (!first) return [];
  const where = report === null ? '' : `; all of them: ${report}`;
  return [
    `Copies: ${count} ${count === 1 ? 'photo shows' : 'photos show'} the same picture as another, and results fold ` +
      `them below it (such as ${first.slice(0, 2).join(' and ')}${where})`,
  ];
}

function describeIndex({
  codes,
  cold: parts,
  delta,
  counts,
  bytes,
  openingBytes,
}: BuildSummary): string[] {
  const cold = `A first search downloads ${megabytes(openingBytes)} of manifest, items and index, and ${megabytes(bytes.model)} of model`;
  if (!codes) return [cold];
  const each = (bytes.vectors / counts.indexed).toFixed(0);
  if (parts) {
    return [
      `Index: parts of ${each} bytes a photo. ${recallOf(codes, delta)}. A first ` +
        `search downloads ${(parts.bytes / 1000).toFixed(0)} kB of the index in about ${parts.requests.toFixed(0)} requests. The ` +
        `scores of hits whose finer codes it reads are right to ${codes.error.toFixed(4)} (root mean square)`,
      ...(delta ? [deltaLine(delta)] : []),
      cold,
    ];
  }
  return [
    `Index: codes of ${each} bytes a photo, which find ${(100 * codes.recall10).toFixed(1)} % of the ten nearest; ` +
      `scores are right to ${codes.error.toFixed(4)} (root mean square)`,
    cold,
  ];
}

/** A delta keeps the recall of its shards: that of the added items is not measured. */
function recallOf({ recall10 }: NonNullable<BuildSummary['codes']>, delta: BuildSummary['delta']) {
  const found = `${(100 * recall10).toFixed(1)} % of the ten nearest`;
  return delta ? `When its shards were made, a search found ${found}` : `A search finds ${found}`;
}

function deltaLine({ added, removed, bytes }: NonNullable<BuildSummary['delta']>): string {
  const items = (count: number) => `${count} ${count === 1 ? 'item' : 'items'}`;
  return (
    `Delta: ${items(added)} added and ${removed} removed since the shards were made (a changed item is both). Visitors who ` +
    `come back download at most ${megabytes(bytes)} of it, and the shards stay; --fresh makes them anew`
  );
}

function reasonsIn(report: string | null): string {
  return report === null ? 'reasons above' : `reasons: ${htmlBeside(report)}`;
}

/** The report for people, beside the one for programs. */
function htmlBeside(report: string): string {
  return join(dirname(report), REPORT_HTML);
}

function megabytes(bytes: number): string {
  return bytes < 100_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** So that the line can be pasted into a shell. */
function quoted(path: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
