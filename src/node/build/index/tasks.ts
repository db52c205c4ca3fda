/** Work on a range of rows, which any thread can do: results depend on the arguments only. */
import { type CodeQuery, QueryCoder } from '../../../core/codes/score.ts';
import type { CodeSpace } from '../../../core/codes/space.ts';
import { CodeMaker, type ColumnCost } from '../../../kernel/codes/code-maker.ts';
import { NearestRows } from './nearest-rows.ts';
import { assignRows, spillRows } from './parts/assign-rows.ts';
import { pickColumns, residualOf } from './parts/residual.ts';

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

/** How rows are encoded in two layers. */
export interface LayerPlan extends Omit<EncodePlan, 'columns' | 'rate'> {
  readonly coarse: readonly ColumnCost[];
  readonly coarseRate: number;
  /** Columns with coarse codes; in all others the coarse code is 0. */
  readonly coarseColumns: Uint16Array;
  readonly fine: readonly ColumnCost[];
  readonly fineRate: number;
}

export interface EncodedLayers {
  /** rows × coarse columns: whole codes, not less a centroid's */
  readonly coarse: Int16Array<ArrayBuffer>;
  /** rows × columns */
  readonly fine: Int16Array<ArrayBuffer>;
  /** rows × coarse columns: the vectors in the basis */
  readonly rotated: Float32Array<ArrayBuffer>;
}

export interface Centroids {
  readonly columns: number;
  /** shards × columns */
  readonly vectors: Float32Array;
  /** Added to the squared distance from each centroid. */
  readonly penalties: Float32Array;
}

export interface Assigned {
  /** The nearest centroid of each row. */
  readonly shards: Int32Array<ArrayBuffer>;
  /** shards × columns */
  readonly sums: Float64Array;
  /** Sum of the squared distances, for each shard. */
  readonly squares: Float64Array;
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
    origin?: Float32Array,
  ): Int16Array<ArrayBuffer>;
  encodeLayers(rows: Float32Array, plan: LayerPlan): EncodedLayers;
  assign(rows: Float32Array, centroids: Centroids): Assigned;
  /** A second shard for each row. @param own the first one */
  spill(rows: Float32Array, centroids: Centroids, own: Int32Array): Int32Array<ArrayBuffer>;
  encode(
    rows: Float32Array,
    first: number,
    plan: EncodePlan,
    space: CodeSpace,
    judges: Judges,
  ): Encoded;
}

/** Queries that are scored at once: their scores with the rows of a range take 4 MB. */
const QUERIES_AT_ONCE = 128;

/** Rows that are encoded at once, so that a task needs little memory beside its result. */
const ROWS_AT_ONCE = 1024;

export async function openTasks(): Promise<Tasks> {
  const maker = await CodeMaker.create();
  let scratch = new Float32Array();
  /** Memory that all calls share: its content is used up before the next call. */
  const scratchOf = (length: number) => {
    if (scratch.length < length) scratch = new Float32Array(length);
    return scratch.subarray(0, length);
  };
  const rotate: Tasks['rotate'] = (rows, { dimension, mean, rotation }) => {
    const centred = scratchOf(rows.length);
    for (let i = 0; i < rows.length; i++) {
      centred[i] = (rows[i] as number) - (mean[i % dimension] as number);
    }
    return maker.products(centred, rotation, dimension);
  };
  return {
    moments(rows, dimension) {
      const count = rows.length / dimension;
      const turned = scratchOf(rows.length);
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
      const found = new NearestRows(own.length, k);
      for (let from = 0; from < own.length; from += QUERIES_AT_ONCE) {
        const to = Math.min(own.length, from + QUERIES_AT_ONCE);
        const queries = vectors.subarray(from * dimension, to * dimension);
        const scores = maker.products(queries, rows, dimension);
        for (let query = from; query < to; query++) {
          const at = (query - from) * count;
          const ofQuery = scores.subarray(at, at + count);
          found.addAll(query, ofQuery, 1, 0, first, own[query] as number);
        }
      }
      return found;
    },
    rotate,
    encodeRotated: (rotated, columns, rate, origin) => maker.encode(rotated, columns, rate, origin),
    encodeLayers(rows, plan) {
      const x = rotate(rows, plan);
      const { coarse, coarseColumns, fine } = plan;
      const whole = maker.encode(x, coarse, plan.coarseRate);
      const refined = maker.encode(residualOf(x, whole, coarse), fine, plan.fineRate, x);
      return {
        coarse: pickColumns(whole, coarse.length, coarseColumns),
        fine: refined,
        rotated: pickColumns(x, coarse.length, coarseColumns),
      };
    },
    assign: (rows, centroids) => assignRows(maker, rows, centroids),
    spill: (rows, centroids, own) => spillRows(maker, rows, centroids, own),
    encode(rows, first, plan, space, judges) {
      const { dimension, columns } = plan;
      const count = rows.length / dimension;
      const codes = new Int16Array(count * columns.length);
      const judge = new Judge(maker, space, judges);
      for (let from = 0; from < count; from += ROWS_AT_ONCE) {
        const to = Math.min(count, from + ROWS_AT_ONCE);
        const rotated = rotate(rows.subarray(from * dimension, to * dimension), plan);
        const own = maker.encode(rotated, columns, plan.rate);
        codes.set(own, from * columns.length);
        judge.add(own, first + from);
      }
      return { codes, bits: bitsOf(codes, columns), found: judge.found };
    },
  };
}

/** Finds the nearest rows of queries by their codes. */
class Judge {
  readonly found: NearestRows;
  readonly #maker: CodeMaker;
  readonly #queries: readonly CodeQuery[];
  readonly #weights: readonly Int16Array[];
  readonly #rows: Int32Array;

  constructor(maker: CodeMaker, space: CodeSpace, { vectors, rows, k }: Judges) {
    const coder = new QueryCoder(space);
    const { dimension } = space;
    this.#maker = maker;
    this.#rows = rows;
    this.#queries = Array.from(rows, (_, i) =>
      coder.code(vectors.subarray(i * dimension, (i + 1) * dimension)),
    );
    this.#weights = this.#queries.map(({ weights }) => weights);
    this.found = new NearestRows(rows.length, k);
  }

  /** @param first the row of the first codes */
  add(codes: Int16Array, first: number): void {
    this.#maker.sums(codes, this.#weights, (query, sums) => {
      const { unit, offset } = this.#queries[query] as CodeQuery;
      this.found.addAll(query, sums, unit, offset, first, this.#rows[query] as number);
    });
  }
}

function bitsOf(codes: Int16Array, columns: readonly ColumnCost[]): number {
  let sum = 0;
  for (let i = 0; i < codes.length; ) {
    for (const { bits, lowest } of columns) sum += bits[(codes[i++] as number) - lowest] as number;
  }
  return sum;
}
