/**
 * Scores by codes: the query is rotated into the basis once, and rounded to 16 bits, so that each row takes whole
 * numbers only:
 *
 *     query · x  ≈  query · mean + Σ weight × k          weight = step / 96 × (query · basis)
 *                ≈  offset + unit × Σ w × k               w = weight / unit, a whole number of 16 bits
 *
 * The sums are exact, so that every implementation gives the same scores. Rounding the weights changes a score by at
 * most unit / 2 × Σ |k|; a test keeps it below 0.00002, much less than the codes themselves do.
 */
import { BASIS_UNIT, type CodeSpace } from './space.ts';
import { highestOf, tableOfColumns } from './tables.ts';

export interface CodeQuery {
  /** One for each column. */
  readonly weights: Int16Array;
  readonly offset: number;
  readonly unit: number;
}

const MAX_WEIGHT = 32767;
export const MAX_SUM = 2 ** 31 - 1;

/** The products of a query with each column of the basis. */
export type Rotate = (query: Float32Array) => Float64Array;

/** Prepares queries for a space. Made once for all queries. */
export class QueryCoder {
  readonly #space: CodeSpace;
  readonly #rotate: Rotate;
  /** The largest code of each column without its sign. */
  readonly #largest: Float64Array;

  /** @param rotate in WebAssembly; default: the same in JavaScript */
  constructor(space: CodeSpace, rotate = plainRotate(space)) {
    this.#space = space;
    this.#rotate = rotate;
    const { tables } = space;
    const largest = tables.map((table) => Math.max(-table.lowest, highestOf(table), 1));
    this.#largest = Float64Array.from(tableOfColumns(tables), (t) => largest[t] as number);
  }

  /** @param query of `dimension` numbers */
  code(query: Float32Array): CodeQuery {
    const { columns, mean, steps } = this.#space;
    const products = this.#rotate(query);
    const exact = new Float64Array(columns);
    let largest = 0;
    let sum = 0;
    for (let c = 0; c < columns; c++) {
      const weight = ((products[c] as number) * (steps[c] as number)) / BASIS_UNIT;
      exact[c] = weight;
      largest = Math.max(largest, Math.abs(weight));
      sum += Math.abs(weight) * (this.#largest[c] as number);
    }
    // No sum of a row may overflow 32 bits; rounding adds half of each column's largest code.
    const halves = this.#largest.reduce((all, code) => all + code / 2, 0);
    const unit = Math.max(largest / MAX_WEIGHT, sum / (MAX_SUM - halves));
    const weights = Int16Array.from(exact, (weight) => (unit > 0 ? Math.round(weight / unit) : 0));
    return { weights, offset: dotFrom(mean, 0, query), unit };
  }
}

function plainRotate({ basis, columns, dimension }: CodeSpace): Rotate {
  const rows = Float32Array.from(basis);
  return (query) => new Float64Array(columns).map((_, c) => dotFrom(rows, c * dimension, query));
}

/** The score of a row, from the sum of its codes × weights. */
export const scoreOf = (sum: number, { offset, unit }: CodeQuery) => offset + unit * sum;

/**
 * The sums of all rows in plain JavaScript.
 * @param codes rows × columns
 * @param sums receives one for each row
 */
export function sumCodes(
  codes: Int8Array | Int16Array,
  weights: Int16Array,
  sums: Int32Array,
): void {
  const columns = weights.length;
  for (let row = 0, at = 0; row < sums.length; row++) {
    // Below 2^31 at every step, so that the sum is exact.
    let sum = 0;
    for (let c = 0; c < columns; c++) sum += (codes[at++] as number) * (weights[c] as number);
    sums[row] = sum;
  }
}

/** The dot product in doubles, added in a fixed order: the same in every JavaScript engine. */
function dotFrom(rows: Float32Array, start: number, query: Float32Array): number {
  let a = 0;
  let b = 0;
  const { length } = query;
  const even = length - (length % 2);
  for (let i = 0; i < even; i += 2) {
    a += (rows[start + i] as number) * (query[i] as number);
    b += (rows[start + i + 1] as number) * (query[i + 1] as number);
  }
  if (even < length) a += (rows[start + even] as number) * (query[even] as number);
  return a + b;
}
