import type { IndexedItem } from '../../src/core/item.ts';
import { FlatRetriever } from '../../src/engine/flat-retriever.ts';
import type { Nearest, Wanted } from '../../src/engine/retriever.ts';
import { tableOf } from './item-table.ts';

export { clusteredVectors } from '../../scripts/bench/support/clustered-vectors.ts';

/** The oracle: every score by a plain loop in doubles, sorted whole, ties by row. */
export function plainSearch(vectors: Float32Array, query: Float32Array) {
  const dimension = query.length;
  const all = Array.from({ length: vectors.length / dimension }, (_, row) => {
    let score = 0;
    query.forEach((x, i) => {
      score += x * (vectors[row * dimension + i] ?? 0);
    });
    return { row, score };
  });
  return all.sort((a, b) => b.score - a.score || a.row - b.row);
}

/** Row 7 is the item "0007", which every third row shares the attribute "third" with. */
export function numberedItems(count: number): IndexedItem[] {
  return Array.from({ length: count }, (_, row) => ({
    id: String(row).padStart(4, '0'),
    image: 'x',
    attributes: { third: row % 3 },
  }));
}

export const flatOf = (vectors: Float32Array, dimension: number) =>
  new FlatRetriever(vectors, dimension, tableOf(numberedItems(vectors.length / dimension)));

export const wanting = (k: number, more: Partial<Wanted> = {}): Wanted => ({
  k,
  ef: 64,
  filter: {},
  exact: false,
  minScore: Number.NEGATIVE_INFINITY,
  everyMatch: false,
  ...more,
});

/** Numbered rows and their scores, as `plainSearch` gives them. */
export const numbersOf = ({ rows }: Pick<Nearest, 'rows'>) =>
  rows.map(({ row, score }) => ({ row: Number(row.id), score }));
