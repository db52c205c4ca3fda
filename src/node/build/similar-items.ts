/** Finds the most similar items of each item, one per group. Its own group is omitted. */
import type { HnswGraph } from '../../core/bundle/graph.ts';
import type { SimilarRow } from '../../core/bundle/similar.ts';
import { groupOf, type IndexedItem } from '../../core/item.ts';
import { createItemTable } from '../../core/search/item-table.ts';
import { checkOptions } from '../../core/search/options.ts';
import { dotAt } from '../../engine/dot.ts';
import { findPage } from '../../engine/find-page.ts';
import { FlatRetriever } from '../../engine/flat-retriever.ts';
import { HnswRetriever } from '../../engine/hnsw/hnsw-retriever.ts';

/**
 * Without a graph, every item is compared with every other, which takes about 10 seconds for 5,000 items.
 * @param items sorted by id
 * @param vectors count × dimension unit vectors, as a search compares them
 * @param size similar items per item
 * @param onStep called after each item
 */
export async function findSimilar(
  items: readonly IndexedItem[],
  vectors: Float32Array,
  dimension: number,
  graph: HnswGraph | null,
  size: number,
  onStep: (done: number) => void = () => undefined,
): Promise<SimilarRow[][]> {
  const find = graph
    ? walkGraph(items, vectors, dimension, graph, size)
    : scan(items, vectors, dimension, size);
  const similar: SimilarRow[][] = [];
  for (let row = 0; row < items.length; row++) {
    similar.push(await find(row));
    onStep(row + 1);
  }
  return similar;
}

type Find = (row: number) => SimilarRow[] | Promise<SimilarRow[]>;

function scan(
  items: readonly IndexedItem[],
  vectors: Float32Array,
  dimension: number,
  size: number,
): Find {
  const numbers = new Map<string, number>();
  const groups = Int32Array.from(items, (item) => {
    const group = groupOf(item);
    const number = numbers.get(group) ?? numbers.size;
    numbers.set(group, number);
    return number;
  });
  const pictureOf = (row: number) => {
    const { id, copyOf } = items[row] as IndexedItem;
    return copyOf ?? id;
  };
  // The best score of each group, and its row.
  const scores = new Float64Array(numbers.size);
  const rows = new Int32Array(numbers.size);
  return (own) => {
    scores.fill(Number.NEGATIVE_INFINITY);
    const unit = vectors.subarray(own * dimension, (own + 1) * dimension);
    for (let row = 0; row < items.length; row++) {
      const group = groups[row] as number;
      const score = dotAt(vectors, row * dimension, unit);
      if (score <= (scores[group] as number)) continue;
      scores[group] = score;
      rows[group] = row;
    }
    scores[groups[own] as number] = Number.NEGATIVE_INFINITY;
    // Neither the item's own picture nor any other one twice.
    const seen = new Set([pictureOf(own)]);
    return Array.from(scores, (score, group) => ({ score, row: rows[group] as number }))
      .filter(({ score }) => Number.isFinite(score))
      .sort((a, b) => b.score - a.score || a.row - b.row)
      .filter(({ row }) => {
        const picture = pictureOf(row);
        return !seen.has(picture) && seen.add(picture);
      })
      .slice(0, size)
      .map(({ row, score }) => ({ row, score: clamped(score) }));
  };
}

function walkGraph(
  items: readonly IndexedItem[],
  vectors: Float32Array,
  dimension: number,
  graph: HnswGraph,
  size: number,
): Find {
  const table = createItemTable(items, async (rows) =>
    rows.map((row) => items[row] as IndexedItem),
  );
  const retriever = new HnswRetriever(new FlatRetriever(vectors, dimension, table), graph);
  const options = checkOptions({ size, group: true, minScore: -1 });
  return async (own) => {
    const unit = vectors.subarray(own * dimension, (own + 1) * dimension);
    const { page } = await findPage(
      retriever,
      unit,
      [items[own] as IndexedItem],
      options,
      NO_MATCH,
      {},
    );
    return page.map(({ best }) => ({
      row: table.indexOf(best.row.id),
      score: clamped(best.score),
    }));
  };
}

/** Matches need not be counted. */
const NO_MATCH = { match: 1, related: 1 };

/** Rounding may push the inner product of unit vectors past 1. */
function clamped(score: number): number {
  return Math.max(-1, Math.min(1, score));
}
