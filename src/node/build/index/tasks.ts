/** Work on a range of rows, which any thread can do: results depend on the arguments only. */
import { QueryCoder } from '../../../core/codes/score.ts';
import type { CodeSpace } from '../../../core/codes/space.ts';
import { CodeMaker, type ColumnCost } from '../../../kernel/codes/code-maker.ts';
import { NearestRows } from './nearest-rows.ts';

export interface Moments {
  /** dimension */
  readonly sums: Float64Array;
  /** dimension × dimension: sums of products */
  readonly products: Float64Array;
}

/** Column-wise costs and the rotation that a range is encoded with. */
export interface EncodePlan {
  readonly dimension: number;
  readonly mean: Float32Array;
  /** columns × dimension: number in column c = row c · (vector − mean) */
  readonly rotation: Float32Array;
  readonly columns: readonly ColumnCost[];
  readonly rate: number;
}

/** Queries that are judged while a range is encoded. */
export interface Judges {
  /** queries × dimension */
  readonly vectors: Float32Array;
  /** The row of each query, which never is its own neighbour; −1 if it has none. */
  readonly rows: Int32Array;
  readonly k: number;
}

export interface Encoded {
  /** rows × columns */
  readonly codes: Int16Array<ArrayBuffer>;
  readonly bits: number;
  readonly found: NearestRows;
}

export interface Tasks {
  moments(rows: Float32Array, dimension: number): Moments;
  nearest(rows: Float32Array, first: number, dimension: number, judges: Judges): NearestRows;
  rotate(rows: Float32Array, plan: Omit<EncodePlan, 'columns' | 'rate'>): Float32Array<ArrayBuffer>;
  encodeRotated(
    rotated: Float32Array,
    columns: readonly ColumnCost[],
    rate: number,
  ): Int16Array<ArrayBuffer>;
  encode(
    rows: Float32Array,
    first: number,
    plan: EncodePlan,
    space: CodeSpace,
    judges: Judges,
  ): Encoded;
}

export async function openTasks(): Promise<Tasks> {
  const maker = await CodeMaker.create();
  const rotate: Tasks['rotate'] = (rows, { dimension, mean, rotation }) => {
    const centred = new Float32Array(rows.length);
    for (let i = 0; i < rows.length; i++) {
      centred[i] = (rows[i] as number) - (mean[i % dimension] as number);
    }
    return maker.products(centred, rotation, dimension);
  };
  return {
    moments(rows, dimension) {
      const count = rows.length / dimension;
      const turned = new Float32Array(rows.length);
      const sums = new Float64Array(dimension);
      for (let row = 0; row < count; row++) {
        for (let i = 0; i < dimension; i++) {
          const x = rows[row * dimension + i] as number;
          turned[i * count + row] = x;
          sums[i] = (sums[i] as number) + x;
        }
      }
      return { sums, products: Float64Array.from(maker.products(turned, turned, count)) };
    },
    nearest(rows, first, dimension, { vectors, rows: own, k }) {
      const count = rows.length / dimension;
      const scores = maker.products(vectors, rows, dimension);
      const found = new NearestRows(own.length, k);
      for (let query = 0; query < own.length; query++) {
        found.addAll(
          query,
          scores.subarray(query * count, (query + 1) * count),
          1,
          0,
          first,
          own[query] as number,
        );
      }
      return found;
    },
    rotate,
    encodeRotated: (rotated, columns, rate) => maker.encode(rotated, columns, rate),
    encode(rows, first, plan, space, judges) {
      const codes = maker.encode(rotate(rows, plan), plan.columns, plan.rate);
      const found = judge(maker, codes, first, space, judges);
      return { codes, bits: bitsOf(codes, plan.columns), found };
    },
  };
}

function judge(
  maker: CodeMaker,
  codes: Int16Array,
  first: number,
  space: CodeSpace,
  { vectors, rows, k }: Judges,
): NearestRows {
  const coder = new QueryCoder(space);
  const { dimension } = space;
  const queries = Array.from(rows, (_, i) =>
    coder.code(vectors.subarray(i * dimension, (i + 1) * dimension)),
  );
  const found = new NearestRows(rows.length, k);
  const weights = queries.map((query) => query.weights);
  maker.sums(codes, weights, (query, sums) => {
    const { unit, offset } = queries[query] as (typeof queries)[number];
    found.addAll(query, sums, unit, offset, first, rows[query] as number);
  });
  return found;
}

function bitsOf(codes: Int16Array, columns: readonly ColumnCost[]): number {
  let sum = 0;
  for (let i = 0; i < codes.length; ) {
    for (const { bits, lowest } of columns) sum += bits[(codes[i++] as number) - lowest] as number;
  }
  return sum;
}
