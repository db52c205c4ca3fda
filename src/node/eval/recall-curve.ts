/** Recall against bytes of a first search, with other numbers of shards than the build chose. */
import type { BundleSource } from '../../core/bundle/source.ts';
import type { PartsRoot } from '../../core/parts/root.ts';
import { type ColdSearches, coldSearches, type OpenIndex } from './cold-search.ts';
import type { ExactVectors } from './index-recall.ts';

export interface CurvePoint {
  /** Shards at most. */
  readonly most: number;
  readonly isChosen: boolean;
  readonly bytes: number;
  readonly recall10: number;
}

const FACTORS = [1 / 4, 1 / 2, 3 / 4, 1, 3 / 2, 2];
const QUERIES = 100;

export async function recallCurve(
  { probing, shards }: PartsRoot,
  source: BundleSource,
  open: OpenIndex,
  exact: ExactVectors,
): Promise<CurvePoint[]> {
  const sizes = FACTORS.map((factor) => Math.max(1, Math.round(factor * probing.most)));
  const points: CurvePoint[] = [];
  for (const most of new Set(sizes.map((size) => Math.min(shards.length, size)))) {
    const first = Math.min(most, probing.first);
    const changed = { most, first, refine: Math.ceil((probing.refine * most) / probing.most) };
    const found: ColdSearches = await coldSearches(source, open, exact, QUERIES, changed);
    const isChosen = most === Math.min(shards.length, probing.most);
    points.push({ most, isChosen, bytes: found.bytes.median, recall10: found.recall10 });
  }
  return points;
}
