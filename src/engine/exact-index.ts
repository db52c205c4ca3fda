/** The exact index: one pass over all vectors. The oracle of every other index. */
import { SoutuError } from '../core/errors.ts';
import type { Neighbour } from '../core/search/rank.ts';
import { byScore, checkQuery, type VectorIndex } from './vector-index.ts';

/** @param vectors count × dimension, row after row, of unit length; kept, not copied */
export function createExactIndex(vectors: Float32Array, dimension: number): VectorIndex {
  const count = vectors.length / dimension;
  if (!Number.isInteger(count)) {
    throw new SoutuError(
      'IndexError',
      `${vectors.length} numbers are no whole number of vectors of ${dimension}.`,
    );
  }
  let disposed = false;
  return {
    engine: 'exact',
    count,
    dimension,
    search(query, k, { accept } = {}) {
      checkQuery(query, k, dimension, disposed);
      const best = new BestOf(k);
      for (let row = 0; row < count; row++) {
        if (accept && !accept(row)) continue;
        best.offer({ row, score: dotAt(vectors, row * dimension, query) });
      }
      return best.sorted();
    },
    dispose() {
      disposed = true;
    },
  };
}

/** Four sums, so that an addition need not wait for the one before. */
function dotAt(vectors: Float32Array, start: number, query: Float32Array): number {
  const n = query.length;
  const even = n - (n % 4);
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let i = 0; i < even; i += 4) {
    a += (vectors[start + i] as number) * (query[i] as number);
    b += (vectors[start + i + 1] as number) * (query[i + 1] as number);
    c += (vectors[start + i + 2] as number) * (query[i + 2] as number);
    d += (vectors[start + i + 3] as number) * (query[i + 3] as number);
  }
  for (let i = even; i < n; i++) a += (vectors[start + i] as number) * (query[i] as number);
  return a + b + (c + d);
}

/**
 * Keeps the k best of a stream without sorting it whole: a buffer of 2k is cut back to the best k when it
 * is full, and what is worse than the worst of them is no longer let in.
 */
class BestOf {
  readonly #k: number;
  #kept: Neighbour[] = [];
  #worst: Neighbour | null = null;

  constructor(k: number) {
    this.#k = k;
  }

  offer(neighbour: Neighbour): void {
    if (this.#worst && byScore(neighbour, this.#worst) > 0) return;
    this.#kept.push(neighbour);
    if (this.#kept.length >= this.#k * 2) this.#cut();
  }

  sorted(): Neighbour[] {
    this.#cut();
    return this.#kept;
  }

  #cut(): void {
    this.#kept.sort(byScore);
    this.#kept.length = Math.min(this.#kept.length, this.#k);
    if (this.#kept.length === this.#k) this.#worst = this.#kept.at(-1) ?? null;
  }
}
