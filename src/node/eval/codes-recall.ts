/** How many of the nearest rows by the vectors the codes of an index find. */
import { seededRandom, shuffled } from '../../core/vector/random.ts';
import { dotAt } from '../../engine/dot.ts';
import type { Retriever } from '../../engine/retriever.ts';
import { ScoreHeap } from '../../engine/score-heap.ts';

export interface CodesRecall {
  readonly queries: number;
  readonly recall1: number;
  readonly recall10: number;
  readonly recall50: number;
}

const DEPTHS = [1, 10, 50] as const;
const MAX_QUERIES = 1000;

/**
 * Photos of the catalogue are the queries, each without itself.
 * @param ids of the rows
 * @param exact count × dimension: the vectors that were coded
 * @param queries as `exact`, before they were averaged
 */
export async function codesRecall(
  ids: readonly string[],
  exact: Float32Array,
  queries: Float32Array,
  retriever: Retriever,
): Promise<CodesRecall> {
  const { dimension } = retriever;
  const rows = shuffled([...ids.keys()], seededRandom(1)).slice(0, MAX_QUERIES);
  const rowOf = new Map(ids.map((id, row) => [id, row]));
  const hits = new Map<number, number>();
  const wanted = new Map<number, number>();
  for (const own of rows) {
    const query = queries.subarray(own * dimension, (own + 1) * dimension);
    const best = nearest(exact, dimension, query, own, Math.max(...DEPTHS));
    const k = Math.min(best.length + 1, retriever.can.maxK);
    const { rows: found } = await retriever.nearest(query, {
      ...{ k, ef: k, filter: {}, exact: false, minScore: Number.NEGATIVE_INFINITY },
      everyMatch: false,
    });
    const list = found.map(({ row }) => rowOf.get(row.id)).filter((row) => row !== own);
    for (const depth of DEPTHS) {
      const some = best.slice(0, depth);
      const first = list.slice(0, depth);
      const both = some.filter((row) => first.includes(row)).length;
      hits.set(depth, (hits.get(depth) ?? 0) + both);
      wanted.set(depth, (wanted.get(depth) ?? 0) + some.length);
    }
  }
  const at = (depth: number) => (hits.get(depth) ?? 0) / Math.max(1, wanted.get(depth) ?? 0);
  return { queries: rows.length, recall1: at(1), recall10: at(10), recall50: at(50) };
}

/** Best first. */
function nearest(
  vectors: Float32Array,
  dimension: number,
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
