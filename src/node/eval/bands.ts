/** How often the threshold `match` is right, on the photos of a bundle and on distractors. */
import type { Thresholds } from '../../core/contract.ts';
import { mean } from '../../core/search/measures.ts';
import type { AveragedVectors } from '../../core/vector/averaged.ts';
import { seededRandom, shuffled } from '../../core/vector/random.ts';
import { dotAt } from '../../engine/dot.ts';
import type { EvalRow } from './leave-one-out.ts';

export interface BandShares extends Thresholds {
  /** Photos whose thing has another photo: the best hit is one of these, and a match. Higher is better. */
  readonly there: number | null;
  /** Photos whose group was removed from the catalogue: the best hit is a match all the same. Lower is better. */
  readonly absent: number | null;
  /** Distractors that were not used in calibration. Lower is better. Null if the model has none. */
  readonly far: {
    readonly match: number;
    readonly related: number;
    readonly queries: number;
  } | null;
  readonly scores: BestScores;
}

/** The best score of each query. */
export interface BestScores {
  /** Among the other photos of its group. */
  readonly own: readonly number[];
  /** Among the photos of other groups. */
  readonly other: readonly number[];
  /** Among the distractors. */
  readonly far: readonly number[];
}

export interface BandInput {
  /** In the order of the vectors; rows without a group are no queries. */
  readonly rows: readonly EvalRow[];
  /** Unit vectors of the index, row after row. */
  readonly vectors: Float32Array;
  /** Unit vectors of the photos as queries; default: `vectors`. */
  readonly queries?: Float32Array | null;
  /** How these were averaged; null if they were not. */
  readonly averaged?: AveragedVectors | null;
  readonly dimension: number;
  readonly thresholds: Thresholds;
  /** Unit vectors in the space of the index. */
  readonly distractors: readonly Float32Array[] | null;
}

/** Enough for a standard error below 0.012. */
const MAX_QUERIES = 2000;

export function measureBands(input: BandInput): BandShares {
  const { rows, averaged, dimension, thresholds, distractors } = input;
  const vectors = averaged?.vectors ?? input.vectors;
  const { match, related } = thresholds;
  const queries = averaged?.plain ?? input.queries ?? vectors;
  const unit = (row: number) => queries.subarray(row * dimension, (row + 1) * dimension);
  const scoreOf = (query: Float32Array, row: number) => dotAt(vectors, row * dimension, query);
  const there: boolean[] = [];
  const absent: boolean[] = [];
  const scores = { own: [] as number[], other: [] as number[] };
  const known = rows.flatMap(({ group }, row) => (group === null ? [] : [row]));
  for (const query of shuffled(known, seededRandom(1)).slice(0, MAX_QUERIES)) {
    averaged?.leaveOut(query);
    let own = Number.NEGATIVE_INFINITY;
    let other = Number.NEGATIVE_INFINITY;
    for (let row = 0; row < rows.length; row++) {
      if (row === query) continue;
      const score = scoreOf(unit(query), row);
      if (rows[row]?.group === rows[query]?.group) own = Math.max(own, score);
      else other = Math.max(other, score);
    }
    if (own > Number.NEGATIVE_INFINITY) {
      there.push(own >= match && own > other);
      scores.own.push(own);
    }
    if (other > Number.NEGATIVE_INFINITY) {
      absent.push(other >= match);
      scores.other.push(other);
    }
  }
  averaged?.restore();
  const far = distractors?.map((query) => {
    let best = Number.NEGATIVE_INFINITY;
    for (let row = 0; row < rows.length; row++) best = Math.max(best, scoreOf(query, row));
    return best;
  });
  return {
    match,
    related,
    there: share(there),
    absent: share(absent),
    far: far
      ? {
          match: mean(far.map((best) => Number(best >= match))),
          related: mean(far.map((best) => Number(best >= related))),
          queries: far.length,
        }
      : null,
    scores: { ...scores, far: far ?? [] },
  };
}

function share(values: readonly boolean[]): number | null {
  return values.length > 0 ? mean(values.map(Number)) : null;
}
