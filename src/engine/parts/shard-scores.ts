/** How near a query is to the shards of an index, by their centroids. */
import type { CodeQuery } from '../../core/codes/score.ts';
import { BASIS_UNIT } from '../../core/codes/space.ts';
import { coarseSpaceOf } from '../../core/parts/layers.ts';
import type { PartsRoot } from '../../core/parts/root.ts';

export interface ShardScores {
  readonly count: number;
  /** Squared distance of the query from each centroid, less a constant. */
  readonly distances: Float64Array;
  /** The query's score with each centroid. */
  readonly scores: Float64Array;
  /** The root of each shard's spread. */
  readonly roots: Float64Array;
  /** Σ weight × the centroid's codes: what the sums of a shard's rows lack. */
  readonly sums: Float64Array;
}

/** Scores shards for a query. Made once for an index. */
export class ShardScorer {
  readonly #centroids: Int16Array;
  readonly #columns: number;
  readonly #roots: Float64Array;
  /** |c|² + 2 × mean · c for each centroid. */
  readonly #offsets: Float64Array;

  constructor({ layers, centroids, spreads }: Pick<PartsRoot, 'layers' | 'centroids' | 'spreads'>) {
    const { columns, dimension, basis, mean, steps } = coarseSpaceOf(layers);
    this.#centroids = centroids;
    this.#columns = columns;
    this.#roots = Float64Array.from(spreads, (spread) => Math.sqrt(Math.max(spread, 1e-9)));
    const means = Float64Array.from({ length: columns }, (_, c) => {
      let sum = 0;
      for (let i = 0; i < dimension; i++) {
        sum += (basis[c * dimension + i] as number) * (mean[i] as number);
      }
      return sum / BASIS_UNIT;
    });
    this.#offsets = Float64Array.from(spreads, (_, s) => {
      let sum = 0;
      for (let c = 0; c < columns; c++) {
        const x = (centroids[s * columns + c] as number) * (steps[c] as number);
        sum += x * x + 2 * (means[c] as number) * x;
      }
      return sum;
    });
  }

  score({ weights, offset, unit }: CodeQuery): ShardScores {
    const count = this.#roots.length;
    const scores = new Float64Array(count);
    const distances = new Float64Array(count);
    const sums = new Float64Array(count);
    for (let s = 0, at = 0; s < count; s++) {
      let sum = 0;
      for (let c = 0; c < this.#columns; c++) {
        sum += (this.#centroids[at++] as number) * (weights[c] as number);
      }
      sums[s] = sum;
      scores[s] = offset + unit * sum;
      distances[s] = (this.#offsets[s] as number) - 2 * unit * sum;
    }
    return { count, scores, distances, roots: this.#roots, sums };
  }
}
