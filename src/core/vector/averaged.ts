/**
 * Vectors that have moved towards their neighbours: v + Σ s³ n over the nearest n, with their scores s, at unit length
 * (database-side augmentation: Arandjelović & Zisserman 2012, "Three things everyone should know to improve object
 * retrieval"). Photos of one thing or kind come closer to each other, so that more of them are found.
 *
 * A photo that is in its neighbours' vectors finds these too easily. Before it is used as a query, `leaveOut` computes
 * their vectors without it.
 */
import { dot, normalised } from './arithmetic.ts';
import { distinctVectors } from './distinct.ts';

export class AveragedVectors {
  /** The averaged vectors, count × dimension, of unit length. `leaveOut` changes some rows. */
  readonly vectors: Float32Array<ArrayBuffer>;
  /** The vectors before; queries are compared as they are. */
  readonly plain: Float32Array;
  readonly #dimension: number;
  readonly #neighbours: number;
  /** The neighbours of each row, best first, one more than are averaged. Equal vectors do not count as neighbours. */
  readonly #nearest: readonly (readonly { readonly row: number; readonly score: number }[])[];
  /** The rows that have a row among their neighbours. */
  readonly #averagedBy = new Map<number, number[]>();
  /** The first row with a vector equal to that of each row. */
  readonly #firstOf: Uint32Array;
  #changed: readonly { readonly row: number; readonly vector: Float32Array }[] = [];

  /**
   * Compares every vector with every other: half a minute for 5,000.
   * @param plain count × dimension unit vectors
   * @param neighbours number of neighbours, at least 1
   */
  constructor(plain: Float32Array, dimension: number, neighbours: number) {
    this.plain = plain;
    this.#dimension = dimension;
    this.#neighbours = neighbours;
    const { firstRows, nodeOf } = distinctVectors(plain, dimension);
    this.#firstOf = nodeOf.map((node) => firstRows[node] as number);
    const nearest = new Map(Array.from(firstRows, (row) => [row, this.#nearestOf(row, firstRows)]));
    this.#nearest = Array.from(this.#firstOf, (first) => nearest.get(first) ?? []);
    this.vectors = new Float32Array(plain.length);
    this.#nearest.forEach((list, row) => {
      this.vectors.set(this.#averaged(row, list), row * dimension);
      for (const one of list) {
        const by = this.#averagedBy.get(one.row);
        if (by) by.push(row);
        else this.#averagedBy.set(one.row, [row]);
      }
    });
  }

  /** Computes the vectors of all other photos as if this one were not in the catalogue. */
  leaveOut(row: number): void {
    this.restore();
    const own = this.#firstOf[row] as number;
    this.#changed = (this.#averagedBy.get(own) ?? []).map((other) => {
      const start = other * this.#dimension;
      const vector = this.vectors.slice(start, start + this.#dimension);
      const without = (this.#nearest[other] ?? []).filter((one) => one.row !== own);
      this.vectors.set(this.#averaged(other, without), start);
      return { row: other, vector };
    });
  }

  /** Undoes `leaveOut`. */
  restore(): void {
    for (const { row, vector } of this.#changed) this.vectors.set(vector, row * this.#dimension);
    this.#changed = [];
  }

  #plainOf(row: number): Float32Array {
    return this.plain.subarray(row * this.#dimension, (row + 1) * this.#dimension);
  }

  #nearestOf(own: number, rows: Uint32Array) {
    const vector = this.#plainOf(own);
    const best: { row: number; score: number }[] = [];
    for (const row of rows) {
      if (row === own) continue;
      const score = dot(vector, this.#plainOf(row));
      const last = best.at(-1);
      if (best.length > this.#neighbours && last && score <= last.score) continue;
      const at = best.findIndex((one) => one.score < score);
      best.splice(at < 0 ? best.length : at, 0, { row, score });
      if (best.length > this.#neighbours + 1) best.pop();
    }
    return best;
  }

  #averaged(row: number, list: readonly { readonly row: number; readonly score: number }[]) {
    const sum = Float32Array.from(this.#plainOf(row));
    for (const { row: other, score } of list.slice(0, this.#neighbours)) {
      // Opposite vectors are no neighbours.
      const weight = Math.max(0, score) ** 3;
      this.#plainOf(other).forEach((x, i) => {
        sum[i] = (sum[i] as number) + weight * x;
      });
    }
    return normalised(sum);
  }
}
