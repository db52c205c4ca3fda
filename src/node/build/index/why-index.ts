/** Which index a build chose, and why: one line for the owner. */
import { type IndexOption, type IndexTime, LEAST_PHOTOS } from './choose-index.ts';
import { LINE, NEXT_WEIGHT, weighed } from './search-time.ts';

export interface IndexChoice {
  readonly index: IndexTime['index'];
  /** Whether searches follow the links of a graph. */
  readonly links: boolean;
  readonly why: string;
  /** Milliseconds of a search with each kind of index, the fastest first; none if nothing was compared. */
  readonly times: readonly IndexTime[];
}

export interface Chosen extends Omit<IndexChoice, 'why'> {
  readonly option: IndexOption;
  /** Perceptual hashes, which nothing may round. */
  readonly isHash: boolean;
  /** Items of the catalogue. */
  readonly count: number;
}

export function chosenIndex({ option, isHash, count, ...chosen }: Chosen): IndexChoice {
  const times = [...chosen.times].sort((a, b) => weighed(a) - weighed(b));
  const why = isHash
    ? 'hashes are compared bit by bit'
    : option !== 'auto'
      ? `--index ${option} asks for it`
      : (reason(times) ??
        `codes of fewer than ${LEAST_PHOTOS} photos save too little: there are ${count}`);
  return { ...chosen, times, why };
}

/** Null if there was nothing to compare. */
function reason([fastest, second]: readonly IndexTime[]): string | null {
  if (!fastest || !second) return null;
  const least = second.isLeast ? ' at least' : '';
  return (
    `a first search takes about ${seconds(fastest.first)} at ${LINE.megabits} Mbit/s and a later one ` +
    `${seconds(fastest.next)}; ${NAMES[second.index]}${second.links ? ' with links' : ''} they would take${least} ` +
    `${seconds(second.first)} and ${seconds(second.next)}` +
    (second.first < fastest.first
      ? `, and ${1 / NEXT_WEIGHT} later ones count as much as the first`
      : '')
  );
}

const NAMES = { parts: 'in parts', codes: 'with codes in whole files', vectors: 'with vectors' };

const seconds = (ms: number) =>
  ms < 10 ? 'under 0.01 s' : `${(ms / 1000).toFixed(ms < 1000 ? 2 : 1)} s`;

export function describeChoice({ index, links, why }: IndexChoice): string {
  return `Kind of index: ${index}${links ? ' with links' : ''}, because ${why}`;
}
