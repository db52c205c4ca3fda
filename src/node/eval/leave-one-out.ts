import { median } from '../../core/median.ts';
import { averagePrecision, mean, recall } from '../../core/search/measures.ts';
import type { VectorIndex } from '../../engine/vector-index.ts';

export interface EvalResult {
  readonly queries: number;
  /** Queries with at least one other photo of their group: only these count for top-1 and mAP. */
  readonly answerable: number;
  readonly top1: number;
  readonly mAP: number;
  /** recall@10 of the graph against the exact list; null where there is no graph */
  readonly recall10: number | null;
  /** median milliseconds of one search */
  readonly exactMs: number;
  readonly hnswMs: number | null;
}

const K = 10;

/** @param groups the group of each row, null for rows that have none: they are searched, never asked */
export function leaveOneOut(
  vectorOf: (row: number) => Float32Array,
  groups: readonly (string | null)[],
  exact: VectorIndex,
  hnsw: VectorIndex | null,
  ef: number,
): EvalResult {
  const sizes = new Map<string, number>();
  for (const group of groups) if (group !== null) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const top1: number[] = [];
  const precisions: number[] = [];
  const recalls: number[] = [];
  const exactMs: number[] = [];
  const hnswMs: number[] = [];
  let queries = 0;
  groups.forEach((group, row) => {
    if (group === null) return;
    queries++;
    const query = vectorOf(row);
    const accept = (other: number) => other !== row;
    const [all, ms] = timed(() => exact.search(query, exact.count, { accept }));
    exactMs.push(ms);
    if ((sizes.get(group) ?? 0) > 1) {
      const relevant = all.map((neighbour) => groups[neighbour.row] === group);
      top1.push(relevant[0] ? 1 : 0);
      precisions.push(averagePrecision(relevant));
    }
    if (hnsw) {
      const [near, nearMs] = timed(() => hnsw.search(query, K, { ef, accept }));
      hnswMs.push(nearMs);
      recalls.push(
        recall(
          all.slice(0, K).map((n) => n.row),
          near.map((n) => n.row),
        ),
      );
    }
  });
  return {
    queries,
    answerable: top1.length,
    top1: mean(top1),
    mAP: mean(precisions),
    recall10: hnsw ? mean(recalls) : null,
    exactMs: median(exactMs),
    hnswMs: hnsw ? median(hnswMs) : null,
  };
}

function timed<T>(work: () => T): [T, number] {
  const start = performance.now();
  const value = work();
  return [value, performance.now() - start];
}
