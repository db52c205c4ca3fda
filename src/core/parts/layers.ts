/**
 * Codes in two layers on one lattice. Coarse codes rank the items of a shard, finer ones correct the scores of the best:
 *
 *     x  ≈  mean + Σ over columns  basis / 96 × step × (ratio × k + r)         k: coarse code    r: refinement
 *
 * Few columns have coarse codes. A shard stores them less the code of its centroid, which is on the same lattice: an
 * item has one code, whichever shard it is read from.
 */
import { type CodeQuery, QueryCoder } from '../codes/score.ts';
import type { CodeSpace } from '../codes/space.ts';
import type { CodeTables } from '../codes/tables.ts';

export interface Layers {
  /** All columns, with the steps and tables of the refinement. */
  readonly fine: CodeSpace;
  /** The column of the fine space that each coarse column is; in order of the coarse tables. */
  readonly columns: Uint16Array;
  /** Fine steps of a coarse step. */
  readonly ratio: number;
  /** Tables of the coarse codes less those of the centroid. */
  readonly tables: CodeTables;
}

/** The coarse layer as a space of its own. */
export function coarseSpaceOf({ fine, columns, ratio, tables }: Layers): CodeSpace {
  const { dimension, mean, basis, steps, encoder } = fine;
  const own = new Int8Array(columns.length * dimension);
  columns.forEach((column, i) => {
    own.set(basis.subarray(column * dimension, (column + 1) * dimension), i * dimension);
  });
  return {
    dimension,
    columns: columns.length,
    mean,
    basis: own,
    steps: Float32Array.from(columns, (column) => ratio * (steps[column] as number)),
    tables,
    encoder: {
      spread: ratio * encoder.spread,
      rate: ratio * ratio * encoder.rate,
      slopes: Uint8Array.from(columns, (column) => encoder.slopes[column] as number),
    },
  };
}

/** A query in both layers. The score of an item is `coarse.offset + coarse.unit × Σ w k + fine.unit × Σ w r`. */
export interface LayeredQuery {
  readonly coarse: CodeQuery;
  readonly fine: CodeQuery;
}

/** Prepares queries for both layers. Made once for all queries. */
export class LayeredCoder {
  readonly #coarse: QueryCoder;
  readonly #fine: QueryCoder;

  constructor(layers: Layers) {
    this.#coarse = new QueryCoder(coarseSpaceOf(layers));
    this.#fine = new QueryCoder(layers.fine);
  }

  code(query: Float32Array): LayeredQuery {
    return { coarse: this.#coarse.code(query), fine: this.#fine.code(query) };
  }
}
