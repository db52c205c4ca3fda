/** How well a setting finds photos of the same group, and whether it is better than another. */
import { mean } from '../../../core/search/measures.ts';
import type { Sample } from './sample.ts';

/** Average precision of each query of a sample, in its order. */
export type Precisions = Float64Array;

/**
 * Average precision (Manning et al. 2008, 8.4) from scores, without a sorted list of rows. Among equal scores,
 * relevant rows come first.
 * @param relevant the scores of the relevant rows
 * @param all the scores of all rows; sorted in place
 */
export function precisionOf(relevant: Float64Array, all: Float64Array): number {
  relevant.sort();
  all.sort();
  let sum = 0;
  let above = 0;
  let at = all.length - 1;
  for (let i = relevant.length - 1; i >= 0; i--) {
    const score = relevant[i] as number;
    if (i === relevant.length - 1 || score !== relevant[i + 1]) {
      while (at >= 0 && (all[at] as number) > score) at--;
      above = all.length - 1 - at;
    } else above++;
    sum += (relevant.length - i) / (above + 1);
  }
  return sum / relevant.length;
}

/**
 * Measures several settings at once.
 * @param score fills in the scores of all positions of the sample for the query at a position, setting by setting
 */
export function precisionsBy(
  { rows, groupOf, queries }: Sample,
  settings: number,
  score: (query: number, scores: readonly Float64Array[]) => void,
): Precisions[] {
  const scores = Array.from({ length: settings }, () => new Float64Array(rows.length));
  const precisions = scores.map(() => new Float64Array(queries.length));
  queries.forEach((query, i) => {
    score(query, scores);
    const isRelevant = (_: unknown, at: number) => at !== query && groupOf[at] === groupOf[query];
    scores.forEach((all, setting) => {
      const relevant = all.filter(isRelevant);
      const others = all.filter((_, at) => at !== query);
      (precisions[setting] as Precisions)[i] = precisionOf(relevant, others);
    });
  });
  return precisions;
}

/** How well one setting finds photos of the same group. */
export interface SettingPrecision {
  readonly precisions: Precisions;
  /** The share of queries whose first hit is of their group. */
  readonly top1: number;
}

/** The precisions that `precisionsBy` measures, and the first hits; of equal scores, the first row counts. */
export function measureBy(
  sample: Sample,
  settings: number,
  score: (query: number, scores: readonly Float64Array[]) => void,
): SettingPrecision[] {
  const right = new Float64Array(settings);
  const precisions = precisionsBy(sample, settings, (query, scores) => {
    score(query, scores);
    scores.forEach((own, setting) => {
      let first = -1;
      for (let at = 0; at < own.length; at++) {
        if (at !== query && (first < 0 || (own[at] as number) > (own[first] as number))) first = at;
      }
      if (sample.groupOf[first] === sample.groupOf[query])
        right[setting] = (right[setting] as number) + 1;
    });
  });
  return precisions.map((own, setting) => ({
    precisions: own,
    top1: (right[setting] as number) / sample.queries.length,
  }));
}

/** A smaller gain in mean average precision is not worth a change: visitors would not see it. */
const MIN_GAIN = 0.005;

/** Standard errors by which a setting must be better to be chosen: chance reaches two in one case of forty. */
const STANDARD_ERRORS = 2;

/**
 * Whether a setting is better than the default beyond chance. Photos of one group are alike, so that groups are the
 * unit: the mean of their differences must be twice its standard error.
 */
export function isBetter(
  { groupOf, queries }: Sample,
  candidate: Precisions,
  standard: Precisions,
): boolean {
  const byGroup = new Map<number, number[]>();
  queries.forEach((query, i) => {
    const group = groupOf[query] as number;
    const own = byGroup.get(group) ?? [];
    own.push((candidate[i] as number) - (standard[i] as number));
    byGroup.set(group, own);
  });
  const differences = [...byGroup.values()].map(mean);
  const average = mean(differences);
  const variance =
    differences.reduce((sum, one) => sum + (one - average) ** 2, 0) / (differences.length - 1);
  const leastGain = Math.max(MIN_GAIN, STANDARD_ERRORS * Math.sqrt(variance / differences.length));
  return average > leastGain;
}

/** Mean average precision. */
export const mapOf = (precisions: Precisions): number => mean([...precisions]);
