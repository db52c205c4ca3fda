/** How many of the nearest items by the exact vectors a visitor's search finds. */
import { seededRandom, shuffled } from '../../core/vector/random.ts';
import { dotAt } from '../../engine/dot.ts';
import type { Retriever } from '../../engine/retriever.ts';
import { ScoreHeap } from '../../engine/score-heap.ts';

/** Shares from 0 to 1. */
export interface IndexRecall {
  readonly queries: number;
  readonly recall1: number;
  readonly recall10: number;
  readonly recall50: number;
}

export interface ExactVectors {
  /** Ids of the rows. */
  readonly ids: readonly string[];
  readonly dimension: number;
  /** count × dimension: what the index was made from. */
  readonly vectors: Float32Array;
  /** count × dimension: the vectors before they were averaged. */
  readonly queries: Float32Array;
}

const DEPTHS = [1, 10, 50] as const;
const MAX_QUERIES = 1000;
const SEED = 1;

/** Photos of the catalogue are the queries, each without itself. */
export async function indexRecall(
  exact: ExactVectors,
  retriever: Retriever,
  queries = MAX_QUERIES,
): Promise<IndexRecall> {
  const { ids } = exact;
  const rowOf = new Map(ids.map((id, row) => [id, row]));
  const found = new Map<number, number>();
  const wanted = new Map<number, number>();
  const rows = sampledRows(ids.length, queries);
  for (const own of rows) {
    const query = queryOf(exact, own);
    const best = nearestRows(exact, query, own, Math.max(...DEPTHS));
    for (const depth of DEPTHS) {
      // The best one is asked for with ten, as a page does: an index in parts reads fewer shards for a single row.
      const k = Math.min(Math.max(10, depth) + 1, retriever.can.maxK);
      const ranked = await idsOf(retriever, query, k);
      const list = ranked.map((id) => rowOf.get(id)).filter((row) => row !== own);
      const some = best.slice(0, depth);
      const first = new Set(list.slice(0, depth));
      found.set(depth, (found.get(depth) ?? 0) + some.filter((row) => first.has(row)).length);
      wanted.set(depth, (wanted.get(depth) ?? 0) + some.length);
    }
  }
  const at = (depth: number) => (found.get(depth) ?? 0) / Math.max(1, wanted.get(depth) ?? 0);
  return { queries: rows.length, recall1: at(1), recall10: at(10), recall50: at(50) };
}

/** A random choice of rows, the same one each time. */
export function sampledRows(count: number, most: number): number[] {
  return shuffled([...Array(count).keys()], seededRandom(SEED)).slice(0, most);
}

export function queryOf({ queries, dimension }: ExactVectors, row: number): Float32Array {
  return queries.subarray(row * dimension, (row + 1) * dimension);
}

/** Ids of the k nearest as a page asks for them, best first. */
export async function idsOf(retriever: Retriever, query: Float32Array, k: number) {
  const { rows } = await retriever.nearest(query, {
    ...{ k, ef: Math.max(k, 64), filter: {}, exact: false, everyMatch: false },
    minScore: Number.NEGATIVE_INFINITY,
  });
  return rows.map(({ row }) => row.id);
}

/**
 * By the exact vectors, best first.
 * @param own a row that is left out
 */
export function nearestRows(
  { vectors, dimension }: ExactVectors,
  query: Float32Array,
  own: number,
  k: number,
): number[] {
  const heap = new ScoreHeap('worst');
  for (let row = 0; row * dimension < vectors.length; row++) {
    if (row === own) continue;
    const score = dotAt(vectors, row * dimension, query);
    if (heap.size < k) heap.push(score, row);
    else if (score > heap.scoreAt(0)) heap.replaceTop(score, row);
  }
  const rows: number[] = [];
  for (; heap.size > 0; heap.pop()) rows.unshift(heap.idAt(0));
  return rows;
}
