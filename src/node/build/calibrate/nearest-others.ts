/** How near the photos of a catalogue are to one another. */
import type { AveragedVectors } from '../../../core/vector/averaged.ts';
import { distinctVectors } from '../../../core/vector/distinct.ts';
import { seededRandom, shuffled } from '../../../core/vector/random.ts';
import { dotAt } from '../../../engine/dot.ts';

/** The best scores of one photo. -Infinity where there is no such photo. */
export interface NearestOther {
  /** Among all other photos. */
  readonly any: number;
  /** Among the other photos of its own group. */
  readonly own: number;
  /** Among the photos of other groups. */
  readonly other: number;
}

/** Equal vectors count once: a placeholder of many items says nothing about how alike photos are. */
export class DistinctPhotos {
  /** The first row of each distinct vector. */
  readonly rows: Uint32Array;
  /** The rows that queries are compared with. */
  readonly #vectors: Float32Array;
  readonly #queries: Float32Array;
  readonly #dimension: number;
  readonly #nodeOf: Uint32Array;
  readonly #averaged: AveragedVectors | null;

  /**
   * @param vectors unit vectors as the index holds them, row after row
   * @param averaged how these were averaged; null if they were not
   * @param decoded the vectors as a page decodes them, if that is not the same; not if they were averaged
   */
  constructor(
    vectors: Float32Array,
    dimension: number,
    averaged: AveragedVectors | null = null,
    decoded: Float32Array | null = null,
  ) {
    const { firstRows, nodeOf } = distinctVectors(averaged?.plain ?? vectors, dimension);
    this.#averaged = averaged;
    this.rows = firstRows;
    this.#vectors = averaged?.vectors ?? decoded ?? vectors;
    this.#queries = averaged?.plain ?? vectors;
    this.#dimension = dimension;
    this.#nodeOf = nodeOf;
  }

  /** The groups of each distinct photo: it may be listed in several. */
  groups(groupOfRow: readonly string[]): PhotoGroups {
    const members = new Map<string, Set<number>>();
    const groupsOf = Array.from(this.rows, () => new Set<string>());
    groupOfRow.forEach((group, row) => {
      const node = this.#nodeOf[row] as number;
      groupsOf[node]?.add(group);
      const nodes = members.get(group) ?? new Set();
      members.set(group, nodes.add(node));
    });
    const sharing = groupsOf.filter((own) =>
      [...own].some((group) => (members.get(group)?.size ?? 0) > 1),
    ).length;
    const mates = (node: number) => {
      const all = new Set<number>();
      for (const group of groupsOf[node] ?? []) {
        for (const mate of members.get(group) ?? []) all.add(mate);
      }
      return all;
    };
    return { photos: this.rows.length, sharing, mates };
  }

  /** Scores of a unit vector with all photos. */
  scores(unit: Float32Array): Float32Array {
    const scores = new Float32Array(this.rows.length);
    this.rows.forEach((row, node) => {
      scores[node] = dotAt(this.#vectors, row * this.#dimension, unit);
    });
    return scores;
  }

  /** Scores of a photo, as a query that is not in the catalogue itself, with all photos. */
  scoresOf(node: number): Float32Array {
    const row = this.rows[node] as number;
    const start = row * this.#dimension;
    this.#averaged?.leaveOut(row);
    const own = this.#queries.subarray(start, start + this.#dimension);
    const scores = this.scores(own);
    this.#averaged?.restore();
    return scores;
  }

  /** The lowest score of a photo with itself, which a page may show for the same photo. */
  lowestOwn(): number {
    let lowest = 1;
    for (const row of this.rows) {
      const start = row * this.#dimension;
      const own = this.#queries.subarray(start, start + this.#dimension);
      // A vector of zeros has no score.
      const score = dotAt(this.#queries, start, own) > 0 ? dotAt(this.#vectors, start, own) : 1;
      lowest = Math.min(lowest, score);
    }
    return lowest;
  }

  /** Some of the photos, drawn at random, or all, so that at most `comparisons` scores are computed with all photos. */
  sample(comparisons: number, least: number): number[] {
    const count = this.rows.length;
    const size = Math.max(least, Math.floor(comparisons / Math.max(1, count)));
    const nodes = Array.from(this.rows, (_, node) => node);
    return size >= count ? nodes : shuffled(nodes, seededRandom(1)).slice(0, size);
  }
}

export interface PhotoGroups {
  /** Number of distinct photos. */
  readonly photos: number;
  /** Number of photos that share a group with another photo. */
  readonly sharing: number;
  /** The photos that share a group with a photo, itself included. */
  mates(node: number): ReadonlySet<number>;
}

/** @param scores of the photo `node` with all photos */
export function nearestOther(
  scores: Float32Array,
  node: number,
  mates: ReadonlySet<number>,
): NearestOther {
  let own = Number.NEGATIVE_INFINITY;
  let other = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < scores.length; at++) {
    const score = scores[at] as number;
    if (at === node) continue;
    if (score > other && !mates.has(at)) other = score;
    else if (score > own && mates.has(at)) own = score;
  }
  return { any: Math.max(own, other), own, other };
}

/** The value below which that share of the others lies; the list must not be empty. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.floor(share * (sorted.length - 1))] as number;
}
