/** What a visitor's first search downloads up to the ids of its ten hits: the files of the index, without page and model. */
import type { BundleSource } from '../../core/bundle/source.ts';
import { median } from '../../core/median.ts';
import type { Probing } from '../../core/parts/root.ts';
import type { Retriever } from '../../engine/retriever.ts';
import { countingSource, type Reads } from './counting-source.ts';
import { type ExactVectors, idsOf, nearestRows, queryOf, sampledRows } from './index-recall.ts';

export interface ColdSearches {
  readonly queries: number;
  readonly bytes: Spread;
  readonly requests: Spread;
  /** Rounds of requests that wait for one another; the manifest is the first one. */
  readonly rounds: Spread;
  /** The share of the ten nearest that is found. */
  readonly recall10: number;
  /** Median milliseconds of the same search once its files are there: decoding and scanning. */
  readonly ms: number;
}

export interface Spread {
  readonly median: number;
  readonly p95: number;
}

/** Opens a bundle as a page does when it has stored nothing. */
export type OpenIndex = (source: BundleSource, probing?: Partial<Probing>) => Promise<Retriever>;

const TEN = 10;

/**
 * @param queries how many photos of the catalogue are searched with, each without itself
 * @param probing other settings of an index in parts than its build chose
 */
export async function coldSearches(
  source: BundleSource,
  open: OpenIndex,
  exact: ExactVectors,
  queries: number,
  probing?: Partial<Probing>,
): Promise<ColdSearches> {
  const reads: Reads[] = [];
  const times: number[] = [];
  let found = 0;
  let wanted = 0;
  for (const own of sampledRows(exact.ids.length, queries)) {
    const { source: counted, counts } = countingSource(source);
    const retriever = await open(counted, probing);
    const query = queryOf(exact, own);
    const ids = await idsOf(retriever, query, Math.min(TEN + 1, retriever.can.maxK));
    reads.push(counts());
    const start = performance.now();
    await idsOf(retriever, query, Math.min(TEN + 1, retriever.can.maxK));
    times.push(performance.now() - start);
    retriever.dispose();
    const best = nearestRows(exact, query, own, TEN).map((row) => exact.ids[row] as string);
    const first = ids.filter((id) => id !== exact.ids[own]).slice(0, TEN);
    found += best.filter((id) => first.includes(id)).length;
    wanted += best.length;
  }
  const spread = (name: keyof Reads) => spreadOf(reads.map((read) => read[name]));
  return {
    queries: reads.length,
    bytes: spread('bytes'),
    requests: spread('requests'),
    rounds: spread('rounds'),
    recall10: wanted === 0 ? 1 : found / wanted,
    ms: median(times),
  };
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = Math.min(sorted.length - 1, Math.floor(0.95 * sorted.length));
  return { median: median(sorted), p95: sorted[at] ?? 0 };
}
