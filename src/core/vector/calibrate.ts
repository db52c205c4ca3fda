/**
 * The cut-off of a bundle: how alike two photos are that have nothing to do with each other. Scores of
 * seeded random pairs of different groups are taken, and the cut-off lies at their 99.5th percentile.
 */
import { dot } from './arithmetic.ts';
import { seededRandom } from './random.ts';

export interface Calibration {
  /** The score below which a hit is called "not similar". */
  readonly minScore: number;
  /** The share of pairs of different groups that score lower. */
  readonly percentile: number;
  /** Pairs of different groups that were drawn; 0 where the catalogue has a single group. */
  readonly pairs: number;
  /** Pairs within a group (all of them, or as many drawn at random), and those above the cut-off. */
  readonly sameGroupPairs: number;
  readonly sameGroupAbove: number;
}

const PERCENTILE = 0.995;
const PAIRS = 20_000;
const HIGHEST = 1 - 1e-6;

/**
 * @param vectors unit vectors as the index holds them, row after row
 * @param groups the group of each row
 * @param given the owner's own cut-off; null for the calibrated one
 */
export function calibrate(
  vectors: Float32Array,
  dimension: number,
  groups: readonly string[],
  seed = 1,
  given: number | null = null,
): Calibration {
  const random = seededRandom(seed);
  const row = (i: number) => vectors.subarray(i * dimension, (i + 1) * dimension);
  const score = (a: number, b: number) => dot(row(a), row(b));
  const pick = (n: number) => Math.floor(random() * n);

  const members = new Map<string, number[]>();
  groups.forEach((group, i) => {
    const rows = members.get(group);
    if (rows) rows.push(i);
    else members.set(group, [i]);
  });

  const different: number[] = [];
  if (members.size > 1) {
    // Where one group holds nearly all, few draws are of different ones: what was found by then serves.
    for (let draw = 0; draw < 50 * PAIRS && different.length < PAIRS; draw++) {
      const a = pick(groups.length);
      const b = pick(groups.length);
      if (groups[a] !== groups[b]) different.push(score(a, b));
    }
  }
  different.sort((a, b) => a - b);
  // With a single group nothing is known to be unlike; then only opposites are cut off.
  const calibrated = different[Math.floor(PERCENTILE * (different.length - 1))] ?? 0;
  // Rounding may push a cosine past 1; and the same photo again must pass whatever the catalogue.
  const minScore = given ?? Math.max(-1, Math.min(calibrated, HIGHEST));
  const below = different.filter((one) => one < minScore).length;

  const several = [...members.values()].filter((rows) => rows.length > 1);
  const all = several.reduce((sum, rows) => sum + (rows.length * (rows.length - 1)) / 2, 0);
  let sameGroupPairs = 0;
  let sameGroupAbove = 0;
  const count = (a: number, b: number) => {
    sameGroupPairs++;
    if (score(a, b) >= minScore) sameGroupAbove++;
  };
  if (all <= PAIRS) {
    for (const rows of several) {
      rows.forEach((a, i) => {
        for (const b of rows.slice(i + 1)) count(a, b);
      });
    }
  } else {
    while (sameGroupPairs < PAIRS) {
      const rows = members.get(groups[pick(groups.length)] as string) as number[];
      const a = rows[pick(rows.length)] as number;
      const b = rows[pick(rows.length)] as number;
      if (a !== b) count(a, b);
    }
  }
  return {
    minScore,
    percentile: given === null ? PERCENTILE : below / Math.max(1, different.length),
    pairs: different.length,
    sameGroupPairs,
    sameGroupAbove,
  };
}
