/** The basis of a catalogue's principal components, as whole numbers, and its inverse. */
import { BASIS_UNIT } from '../../../core/codes/space.ts';
import { floatsToHalves, halvesToFloats } from '../../../core/half.ts';
import { eigenOf } from './eigen.ts';
import { type RowSource, rangesOf } from './row-source.ts';
import type { TaskThreads } from './task-threads.ts';

export interface Rotation {
  /** Rounded to f16. */
  readonly mean: Float32Array<ArrayBuffer>;
  /** columns × dimension, by descending variance: whole numbers / 96 */
  readonly basis: Int8Array<ArrayBuffer>;
}

/** The share of the largest variance below which a variance is a rounding error. */
const NOTHING = 1e-12;

/** Reads every row once, in ranges. Memory depends on the dimension only. */
export async function fitRotation(source: RowSource, threads: TaskThreads): Promise<Rotation> {
  const { count, dimension } = source;
  const sums = new Float64Array(dimension);
  const products = new Float64Array(dimension ** 2);
  const ranges = rangesOf(count);
  await threads.map(
    'moments',
    ranges.length,
    (i) => [source.read(...(ranges[i] as (typeof ranges)[number])), dimension],
    (part) => {
      part.sums.forEach((x, i) => {
        sums[i] = (sums[i] as number) + x;
      });
      part.products.forEach((x, i) => {
        products[i] = (products[i] as number) + x;
      });
    },
  );
  const mean = sums.map((sum) => sum / count);
  for (let i = 0; i < dimension; i++) {
    for (let j = 0; j < dimension; j++) {
      const at = i * dimension + j;
      products[at] = (products[at] as number) / count - (mean[i] as number) * (mean[j] as number);
    }
  }
  const { vectors, values } = eigenOf(products, dimension);
  // Few photos lie in a plane of fewer columns than their vectors have numbers.
  const least = NOTHING * (values[0] as number);
  const columns = Math.max(1, values.filter((value) => value > least).length);
  return {
    mean: halvesToFloats(floatsToHalves(Float32Array.from(mean))),
    basis: Int8Array.from(vectors.subarray(0, columns * dimension), (x) =>
      Math.round(x * BASIS_UNIT),
    ),
  };
}

/** Some columns of a basis, in this order. */
export function pickColumns(
  basis: Int8Array,
  dimension: number,
  columns: readonly number[],
): Int8Array<ArrayBuffer> {
  const picked = new Int8Array(columns.length * dimension);
  columns.forEach((column, i) => {
    picked.set(basis.subarray(column * dimension, (column + 1) * dimension), i * dimension);
  });
  return picked;
}

/** The search for a space needs few inverses, but each of them several times. */
const inverses = new WeakMap<Int8Array, Float32Array<ArrayBuffer>>();

/** Some columns of a basis whose inverse is known: that of the same columns in another order is the same in that order. */
export function reorderColumns(
  basis: Int8Array,
  dimension: number,
  order: readonly number[],
): Int8Array<ArrayBuffer> {
  const reordered = pickColumns(basis, dimension, order);
  const inverse = inverseOf(basis, dimension);
  const turned = new Float32Array(inverse.length);
  order.forEach((column, i) => {
    turned.set(inverse.subarray(column * dimension, (column + 1) * dimension), i * dimension);
  });
  inverses.set(reordered, turned);
  return reordered;
}

/**
 * The least-squares inverse of a basis (its rounded columns are not quite orthogonal): with B the basis, columns × dimension,
 * (B Bᵀ)⁻¹ B, by Cholesky's decomposition.
 * @returns columns × dimension: row c · (vector − mean) is the number in column c
 */
export function inverseOf(basis: Int8Array, dimension: number): Float32Array<ArrayBuffer> {
  const known = inverses.get(basis);
  if (known) return known;
  const n = basis.length / dimension;
  const b = Float64Array.from(basis, (x) => x / BASIS_UNIT);
  const lower = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < dimension; k++) {
        sum += (b[i * dimension + k] as number) * (b[j * dimension + k] as number);
      }
      for (let k = 0; k < j; k++)
        sum -= (lower[i * n + k] as number) * (lower[j * n + k] as number);
      lower[i * n + j] = i === j ? Math.sqrt(sum) : sum / (lower[j * n + j] as number);
    }
  }
  // Row operations on b: forwards with the lower half, then backwards with its transpose.
  const minus = (to: number, from: number, factor: number) => {
    for (let k = 0; k < dimension; k++) {
      b[to * dimension + k] =
        (b[to * dimension + k] as number) - factor * (b[from * dimension + k] as number);
    }
  };
  const divide = (row: number, by: number) => {
    for (let k = 0; k < dimension; k++) {
      b[row * dimension + k] = (b[row * dimension + k] as number) / by;
    }
  };
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) minus(i, k, lower[i * n + k] as number);
    divide(i, lower[i * n + i] as number);
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) minus(i, k, lower[k * n + i] as number);
    divide(i, lower[i * n + i] as number);
  }
  const inverse = Float32Array.from(b);
  inverses.set(basis, inverse);
  return inverse;
}
