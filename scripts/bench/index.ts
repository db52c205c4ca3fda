/**
 * The index of codes, whole and in parts. Vectors are those of ../shared/data/vectors-110k, by the inner product of the data
 * set's own list of neighbours and by the centred cosine that bundles use.
 *
 *     npm run bench -- index [--quick] [--only SECTION] [--json]
 *
 *     bytes    one layer in one file: bytes a picture at a recall, scanning and decoding in Chromium
 *     search   a loaded bundle against hnswlib-wasm, HNSW over codes, details and thumbnails of 12 hits
 *     parts    first searches in an index in parts
 *     delta    what 1 % of changes costs a visitor who comes back
 *     filters  first searches with a filter
 *     speeds   what the build's choice of an index goes by, in Chromium; takes minutes, so only `--only speeds` runs it
 *     million  a first search among a million vectors of a mixture; takes an hour, so only `--only million` runs it
 *
 * `--quick` leaves out what needs all 109,000 vectors.
 */
import { measureBytes } from './index/bytes-section.ts';
import { measureDelta } from './index/delta-section.ts';
import { measureFilters } from './index/filters-section.ts';
import { measureMillion, measureParts } from './index/parts-section.ts';
import { measureSearches } from './index/search-section.ts';
import type { Section } from './index/section.ts';
import { measureSpeeds } from './index/speeds-section.ts';

const SECTIONS: Readonly<Record<string, (isQuick: boolean) => Promise<Section>>> = {
  bytes: measureBytes,
  search: measureSearches,
  parts: measureParts,
  delta: measureDelta,
  filters: measureFilters,
  speeds: measureSpeeds,
  million: measureMillion,
};
const WITHOUT_BEING_NAMED = Object.keys(SECTIONS).filter(
  (name) => name !== 'million' && name !== 'speeds',
);

export async function run(args: readonly string[]): Promise<void> {
  const figures: Record<string, unknown> = {};
  for (const name of sectionsIn(args)) {
    const section = await SECTIONS[name]?.(args.includes('--quick'));
    if (!section?.isMet) process.exitCode = 1;
    Object.assign(figures, section?.figures);
  }
  if (args.includes('--json')) console.log(JSON.stringify(figures));
}

function sectionsIn(args: readonly string[]): readonly string[] {
  const at = args.indexOf('--only');
  if (at < 0) return WITHOUT_BEING_NAMED;
  const only = args[at + 1] ?? '';
  if (!Object.hasOwn(SECTIONS, only)) {
    throw new Error(`--only ${only}: expected one of ${Object.keys(SECTIONS).join(', ')}.`);
  }
  return [only];
}
