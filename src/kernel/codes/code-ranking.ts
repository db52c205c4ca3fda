/**
 * Faster searches among many codes: the rows with the largest sums, and queries in the basis. A second module works on the
 * memory of the first and appends to it; a small catalogue does not load it:
 *
 *     ┌────────────────────────┬───────────────────────────┬──────────────┬─────────────────┬──────┬────────────────┐
 *     │ codes … sums, padded   │ basis [columns][length]   │ query, f64   │ products, f64   │ best │ accepts [rows] │
 *     └────────────────────────┴───────────────────────────┴──────────────┴─────────────────┴──────┴────────────────┘
 *
 * Columns and length are padded to multiples of four, with zeros.
 */
import { type CodeQuery, MAX_SUM, scoreOf } from '../../core/codes/score.ts';
import type { CodeSpace } from '../../core/codes/space.ts';
import { decodeBase64 } from '../../core/text.ts';
import { PAGE_BYTES, type WasmMemory, wasm } from '../wasm.ts';
import { BINARY } from './rank-binary.ts';
import type { RankExports } from './search-exports.ts';
import type { WasmCodeRows } from './wasm-code-rows.ts';

/** The most rows that WebAssembly ranks: more than a page asks for. */
export const MOST_BEST = 256;

export interface BestScores {
  /** Best first; rows with equal scores in ascending order. */
  readonly found: readonly (readonly [row: number, score: number])[];
  /** Rows that are accepted and reach the lowest score. */
  readonly total: number;
}

type Basis = Pick<CodeSpace, 'basis' | 'columns' | 'dimension'>;

/**
 * Null if WebAssembly refuses: the same answers then come from JavaScript.
 * @param rows filled and trimmed
 */
export async function createCodeRanking(
  rows: WasmCodeRows,
  basis: Basis,
): Promise<CodeRanking | null> {
  if (!wasm) return null;
  const { memory } = rows;
  try {
    const module = await wasm.compile(decodeBase64(BINARY));
    const { exports } = await wasm.instantiate(module, { env: { memory } });
    return new CodeRanking(rows, basis, exports as RankExports);
  } catch {
    return null;
  }
}

export class CodeRanking {
  readonly #rows: WasmCodeRows;
  readonly #exports: RankExports;
  readonly #layout: ReturnType<typeof layoutOf>;

  constructor(rows: WasmCodeRows, basis: Basis, exports: RankExports) {
    this.#rows = rows;
    this.#exports = exports;
    this.#layout = layoutOf(rows.layout, basis);
    const { at, length, accepts } = this.#layout;
    // That of a filter too, so that no search fails for want of memory.
    growTo(rows.memory, accepts + padded8(rows.layout.rows));
    // Filling has left its tables there.
    const all = new Int8Array(rows.memory.buffer).fill(0, at, accepts);
    for (let c = 0; c < basis.columns; c++) {
      const own = basis.basis.subarray(c * basis.dimension, (c + 1) * basis.dimension);
      all.set(own, at + c * length);
    }
  }

  /** The sums of all rows, which `CodeRows` defines. */
  sums(weights: Int16Array): Int32Array {
    const { layout, memory } = this.#rows;
    const { rows, sums, weights: at, padded, size } = layout;
    if (size === 2) return this.#rows.sums(weights);
    this.#rows.setQuery(weights);
    this.#exports.fourSums8(0, at, rows, padded, padded, sums);
    return new Int32Array(memory.buffer, sums, rows);
  }

  /**
   * @param accepts 0 for each row that is left out, else 1; null for none
   * @returns null for more than `MOST_BEST` rows, and if the order of sums may not be that of their scores
   */
  best(
    query: CodeQuery,
    most: number,
    minScore: number,
    accepts: Uint8Array | null,
  ): BestScores | null {
    if (most > MOST_BEST || !areScoresDistinct(query)) return null;
    const least = leastSum(query, minScore);
    if (least === null) return { found: [], total: 0 };
    this.sums(query.weights);
    const { layout, memory } = this.#rows;
    const { rows, sums } = layout;
    const { best, accepts: filter } = this.#layout;
    if (accepts) new Uint8Array(memory.buffer, filter, rows).set(accepts);
    const total = this.#exports.best(sums, rows, accepts ? filter : 0, least, best, most);
    // Pairs: the complement of the row, and its sum.
    const keys = new Int32Array(memory.buffer, best, 2 * Math.min(total, most));
    const found = Array.from({ length: keys.length / 2 }, (_, i) => {
      return [~(keys[2 * i] as number), scoreOf(keys[2 * i + 1] as number, query)] as const;
    });
    return { found, total };
  }

  /**
   * The products of a query with each column of the basis, as `QueryCoder` has them.
   * @returns valid until the next call
   */
  rotate(query: Float32Array): Float64Array {
    const { at, query: from, products, columns, length } = this.#layout;
    const { buffer } = this.#rows.memory;
    new Float64Array(buffer, from, query.length).set(query);
    this.#exports.rotate(at, from, columns, length, products);
    return new Float64Array(buffer, products, columns);
  }
}

const padded8 = (count: number) => 8 * Math.ceil(count / 8);

/** Offsets in bytes. */
function layoutOf({ sums, rows }: WasmCodeRows['layout'], basis: Basis) {
  const columns = 4 * Math.ceil(basis.columns / 4);
  const length = 4 * Math.ceil(basis.dimension / 4);
  // Sums are compared eight at a time.
  const at = sums + 4 * padded8(rows);
  const query = at + columns * length;
  const products = query + 8 * length;
  const best = products + 8 * columns;
  return { columns, length, at, query, products, best, accepts: best + 8 * MOST_BEST };
}

function growTo(memory: WasmMemory, bytes: number): void {
  const missing = Math.ceil((bytes - memory.buffer.byteLength) / PAGE_BYTES);
  if (missing > 0) memory.grow(missing);
}

/**
 * The least sum with a score of at least `minScore`; null if no sum has one. Scores grow with the sums.
 */
export function leastSum(query: CodeQuery, minScore: number): number | null {
  if (minScore === Number.NEGATIVE_INFINITY) return -MAX_SUM;
  // Written so that nothing reaches NaN.
  if (!(scoreOf(MAX_SUM, query) >= minScore)) return null;
  let low = -MAX_SUM;
  let high = MAX_SUM;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (scoreOf(middle, query) >= minScore) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Whether sums that differ have scores that differ, so that both have the same order: rounding moves a score by less than
 * unit / 2^21 + |offset| / 2^53.
 */
export const areScoresDistinct = ({ unit, offset }: CodeQuery) =>
  unit > Math.abs(offset) * 2 ** -50;
