/** What the terminal says after a build: what was built, what needs a look, and what to do next. */
import { dirname, join } from 'node:path';
import type { BuildSummary } from '../../build/options.ts';
import { REPORT_HTML } from '../../build/report/html/page-parts.ts';
import { shortPath } from '../../files/short-path.ts';
import { duration } from '../progress.ts';
import { describeDetails } from './describe-details.ts';
import { sizeOf } from './size-of.ts';

/** How to call the command line: from the source, or as a package. */
const SOUTU = import.meta.url.endsWith('.ts') ? 'npm run soutu --' : 'npx soutu';

export interface DescribeOptions {
  readonly bundleOnly: boolean;
  /** Also what only people who tune an index read: its kind, thresholds, weights. */
  readonly verbose?: boolean;
}

export function describeBuild(
  summary: BuildSummary,
  { bundleOnly, verbose = false }: DescribeOptions,
): string[] {
  const { out, site, copies, report, kept, counts } = summary;
  return [
    ...builtLines(summary),
    ...(kept ? [] : reusedLine(counts)),
    ...(kept
      ? ['Nothing has changed since the previous build: the search index stays as it is.']
      : []),
    ...damagedLine(counts.damaged),
    ...copiesLine(counts.copies, copies, report),
    ...(verbose ? describeDetails(summary) : []),
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
      ? `Search it: ${SOUTU} query ${quoted(shortPath(out))} PHOTO`
      : `Open it: ${SOUTU} preview ${quoted(shortPath(site?.preview ?? out))}`,
  ];
}

/** What was built, and what it costs visitors. */
function builtLines({ out, counts, report, bytes, openingBytes, seconds }: BuildSummary): string[] {
  const { photos, indexed, failed } = counts;
  const skipped = failed > 0 ? `, ${failed} skipped (${reasonsIn(report)})` : '';
  const built = failed > 0 ? `${indexed} of ${photosOf(photos)}` : photosOf(indexed);
  const size = Object.values(bytes).reduce((a, b) => a + b);
  const parts = [
    ...(bytes.model > 0 ? [`${sizeOf(bytes.model)} of model`] : []),
    `${sizeOf(openingBytes)} of index and items`,
  ];
  return [
    `${built} indexed${skipped} in ${duration(seconds.total ?? 0)}: ${shortPath(out)} (${sizeOf(size)})`,
    `A first search downloads ${sizeOf(openingBytes + bytes.model)}, besides the page: ${parts.join(' and ')}.`,
  ];
}

function reusedLine({ indexed, unchanged }: BuildSummary['counts']): string[] {
  if (unchanged === 0) return [];
  const embedded = indexed - unchanged;
  return [
    `Reused from earlier builds: ${photosOf(unchanged)}; embedded now: ${embedded === 0 ? 'none' : embedded}`,
  ];
}

function damagedLine(count: number): string[] {
  if (count === 0) return [];
  return [
    count === 1
      ? 'Damaged: 1 photo, which was used as far as it can be decoded (named above)'
      : `Damaged: ${count} photos, which were used as far as they can be decoded (named above)`,
  ];
}

function copiesLine(
  count: number,
  copies: BuildSummary['copies'],
  report: string | null,
): string[] {
  const [first] = copies;
  if (!first) return [];
  const where = report === null ? '' : `; all of them: ${htmlBeside(report)}`;
  return [
    `Copies: ${count} ${count === 1 ? 'photo shows' : 'photos show'} the same picture as another, and results fold ` +
      `them below it (such as ${first.slice(0, 2).join(' and ')}${where})`,
  ];
}

function photosOf(count: number): string {
  return `${count} ${count === 1 ? 'photo' : 'photos'}`;
}

function reasonsIn(report: string | null): string {
  return report === null ? 'reasons above' : `reasons: ${htmlBeside(report)}`;
}

/** The report for people, beside the one for programs. */
function htmlBeside(report: string): string {
  return shortPath(join(dirname(report), REPORT_HTML));
}

/** So that the line can be pasted into a shell. */
function quoted(path: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
