/** Which shards a row belongs to: the nearest one, and a second one where the first one's error shows least. */
import type { CodeMaker } from '../../../../kernel/codes/code-maker.ts';
import type { Assigned, Centroids } from '../tasks.ts';

/** Rows multiplied at once: 6 MB of products with 768 centroids. */
const BLOCK = 2048;

export function assignRows(
  maker: CodeMaker,
  rows: Float32Array,
  { columns, vectors, penalties }: Centroids,
): Assigned {
  const count = rows.length / columns;
  const shards = new Int32Array(count);
  const sums = new Float64Array(vectors.length);
  const squares = new Float64Array(penalties.length);
  const norms = normsOf(vectors, columns);
  eachBlock(maker, rows, vectors, columns, (products, first, own) => {
    for (let row = first; row < first + own; row++) {
      const from = (row - first) * norms.length;
      let best = 0;
      let least = Number.POSITIVE_INFINITY;
      for (let s = 0; s < norms.length; s++) {
        const cost =
          (norms[s] as number) - 2 * (products[from + s] as number) + (penalties[s] as number);
        if (cost < least) {
          least = cost;
          best = s;
        }
      }
      shards[row] = best;
      const to = best * columns;
      let square = 0;
      for (let c = 0; c < columns; c++) {
        const x = rows[row * columns + c] as number;
        sums[to + c] = (sums[to + c] as number) + x;
        square += (x - (vectors[to + c] as number)) ** 2;
      }
      squares[best] = (squares[best] as number) + square;
    }
  });
  return { shards, sums, squares };
}

/**
 * SOAR (Sun et al. 2023, arXiv 2404.00774): with r = x − centroid the error that the first shard makes of a row, the second
 * one minimises |x − c|² + (r / |r| · (x − c))². Queries that miss the first shard, because r points away from them, then
 * find the second.
 */
export function spillRows(
  maker: CodeMaker,
  rows: Float32Array,
  { columns, vectors }: Centroids,
  own: Int32Array,
): Int32Array<ArrayBuffer> {
  const count = rows.length / columns;
  const norms = normsOf(vectors, columns);
  const directions = new Float32Array(rows.length);
  const along = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    const from = (own[row] as number) * columns;
    let square = 1e-18;
    for (let c = 0; c < columns; c++) {
      const rest = (rows[row * columns + c] as number) - (vectors[from + c] as number);
      directions[row * columns + c] = rest;
      square += rest * rest;
    }
    const length = Math.sqrt(square);
    for (let c = row * columns; c < (row + 1) * columns; c++) {
      directions[c] = (directions[c] as number) / length;
      along[row] = (along[row] as number) + (directions[c] as number) * (rows[c] as number);
    }
  }
  const second = new Int32Array(count);
  eachBlock(maker, rows, vectors, columns, (products, first, ownRows) => {
    const errors = maker.products(
      directions.subarray(first * columns, (first + ownRows) * columns),
      vectors,
      columns,
    );
    for (let row = first; row < first + ownRows; row++) {
      const from = (row - first) * norms.length;
      let least = Number.POSITIVE_INFINITY;
      for (let s = 0; s < norms.length; s++) {
        if (s === own[row]) continue;
        const error = (along[row] as number) - (errors[from + s] as number);
        const cost = (norms[s] as number) - 2 * (products[from + s] as number) + error * error;
        if (cost < least) {
          least = cost;
          second[row] = s;
        }
      }
    }
  });
  return second;
}

function normsOf(vectors: Float32Array, columns: number): Float64Array {
  const norms = new Float64Array(vectors.length / columns);
  vectors.forEach((x, i) => {
    const s = Math.floor(i / columns);
    norms[s] = (norms[s] as number) + x * x;
  });
  return norms;
}

function eachBlock(
  maker: CodeMaker,
  rows: Float32Array,
  vectors: Float32Array,
  columns: number,
  visit: (products: Float32Array, first: number, rows: number) => void,
): void {
  const count = rows.length / columns;
  for (let first = 0; first < count; first += BLOCK) {
    const own = Math.min(BLOCK, count - first);
    const part = rows.subarray(first * columns, (first + own) * columns);
    visit(maker.products(part, vectors, columns), first, own);
  }
}
