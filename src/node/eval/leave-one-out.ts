import { median } from '../../core/median.ts';
import { averagePrecision, mean, recall } from '../../core/search/measures.ts';
import type { AveragedVectors } from '../../core/vector/averaged.ts';
import { seededRandom, shuffled } from '../../core/vector/random.ts';
import type { Retriever } from '../../engine/retriever.ts';

export interface EvalResult {
  /** At most 2,000, chosen with a seed. */
  readonly queries: number;
  /** Number of queries whose group has at least one other photo. Only these count for top-1 and mAP. */
  readonly answerable: number;
  readonly top1: number;
  readonly mAP: number;
  /** recall@10 of the graph against the flat scan; null if there is no graph */
  readonly recall10: number | null;
  /** median milliseconds of one search */
  readonly flatMs: number;
  readonly hnswMs: number | null;
}

const K = 10;
/** Each ranks all others. */
const MAX_QUERIES = 2000;
const SEED = 1;

export interface EvalRow {
  readonly id: string;
  /** null if unknown: the row is part of the index, but is not used as a query. */
  readonly group: string | null;
}

/**
 * @param averaged whose vectors `flat` scans; queries are then left out of them
 * @param vectors queries, row by row; default: what `flat` has
 */
export async function leaveOneOut(
  rows: readonly EvalRow[],
  flat: Retriever,
  hnsw: Retriever | null,
  ef: number,
  averaged: AveragedVectors | null = null,
  vectors: Float32Array | null = null,
): Promise<EvalResult> {
  const exact = averaged?.plain ?? vectors;
  const groups = new Map(rows.map(({ id, group }) => [id, group]));
  const sizes = new Map<string, number>();
  for (const { group } of rows) {
    if (group !== null) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  }
  const top1: number[] = [];
  const precisions: number[] = [];
  const recalls: number[] = [];
  const flatMs: number[] = [];
  const hnswMs: number[] = [];
  let queries = 0;
  const known = rows.flatMap(({ id, group }, row) => (group === null ? [] : [{ id, group, row }]));
  for (const { id, group, row } of shuffled(known, seededRandom(SEED)).slice(0, MAX_QUERIES)) {
    averaged?.leaveOut(row);
    const query = exact
      ? exact.subarray(row * flat.dimension, (row + 1) * flat.dimension)
      : (await flat.get(id))?.vector;
    if (!query) continue;
    queries++;
    const all = await timed(flat, id, query, flat.count, ef, flatMs);
    if ((sizes.get(group) ?? 0) > 1) {
      const relevant = all.map((other) => groups.get(other) === group);
      top1.push(relevant[0] ? 1 : 0);
      precisions.push(averagePrecision(relevant));
    }
    // One more than is compared, because the query's own row is excluded.
    const near = hnsw && (await timed(hnsw, id, query, Math.min(K + 1, hnsw.count), ef, hnswMs));
    if (near) recalls.push(recall(all.slice(0, K), near.slice(0, K)));
  }
  averaged?.restore();
  return {
    queries,
    answerable: top1.length,
    top1: mean(top1),
    mAP: mean(precisions),
    recall10: hnsw ? mean(recalls) : null,
    flatMs: median(flatMs),
    hnswMs: hnsw ? median(hnswMs) : null,
  };
}

/** Runs and times one search. Returns the ids of the nearest rows, without the query's own. */
async function timed(
  retriever: Retriever,
  own: string,
  unit: Float32Array,
  k: number,
  ef: number,
  into: number[],
): Promise<string[]> {
  const start = performance.now();
  const { rows } = await retriever.nearest(unit, {
    k,
    ef,
    filter: {},
    exact: false,
    minScore: -Infinity,
    everyMatch: false,
  });
  into.push(performance.now() - start);
  return rows.flatMap(({ row: { id } }) => (id === own ? [] : [id]));
}
