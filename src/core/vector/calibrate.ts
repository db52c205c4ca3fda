/**
 * The thresholds of a bundle, from the scores of seeded random pairs of different groups: `match` is their 99.5th
 * percentile, `related` their 95th.
 */
import type { Thresholds } from '../contract.ts';
import { dot } from './arithmetic.ts';
import { distinctVectors } from './distinct.ts';
import { seededRandom } from './random.ts';

export interface Calibration {
  /** The score from which a hit is called a match. */
  readonly match: number;
  /** The score below which the best hit is called unrelated. */
  readonly related: number;
  /** The share of pairs of different groups that score lower than `match`. */
  readonly percentile: number;
  /** Pairs of different groups that were drawn; 0 where the catalogue has a single group. */
  readonly pairs: number;
  /** Pairs within a group (all of them, or as many drawn at random), and those that match. */
  readonly sameGroupPairs: number;
  readonly sameGroupAbove: number;
}

const PERCENTILE = 0.995;
const RELATED_PERCENTILE = 0.95;
const PAIRS = 20_000;
const HIGHEST = 1 - 1e-6;

/**
 * @param vectors unit vectors as the index holds them, row after row
 * @param groups the group of each row
 * @param given the owner's own thresholds
 */
export function calibrate(
  vectors: Float32Array,
  dimension: number,
  groups: readonly string[],
  seed = 1,
  given: Partial<Thresholds> = {},
): Calibration {
  const random = seededRandom(seed);
  // Equal vectors count once: a placeholder shared by eight items says nothing about the similarity of photos.
  const { firstRows, nodeOf } = distinctVectors(vectors, dimension);
  const vectorOf = (node: number) => {
    const start = (firstRows[node] as number) * dimension;
    return vectors.subarray(start, start + dimension);
  };
  const score = (a: number, b: number) => dot(vectorOf(a), vectorOf(b));
  const pick = (n: number) => Math.floor(random() * n);

  const members = new Map<string, number[]>();
  const groupsOf = Array.from(firstRows, () => new Set<string>());
  groups.forEach((group, row) => {
    const node = nodeOf[row] as number;
    const own = groupsOf[node] as Set<string>;
    if (own.has(group)) return;
    own.add(group);
    const nodes = members.get(group);
    if (nodes) nodes.push(node);
    else members.set(group, [node]);
  });
  const shareGroup = (a: number, b: number) => {
    const others = groupsOf[b] as Set<string>;
    for (const group of groupsOf[a] as Set<string>) if (others.has(group)) return true;
    return false;
  };

  const different: number[] = [];
  if (members.size > 1) {
    // If one group has nearly all photos, few draws are of different groups; those found by then are used.
    for (let draw = 0; draw < 50 * PAIRS && different.length < PAIRS; draw++) {
      const a = pick(firstRows.length);
      const b = pick(firstRows.length);
      if (!shareGroup(a, b)) different.push(score(a, b));
    }
  }
  different.sort((a, b) => a - b);
  // With a single group, no pair is known to be dissimilar, so only opposite vectors are cut off.
  const quantile = (share: number) => different[Math.floor(share * (different.length - 1))] ?? 0;
  // Rounding may push a cosine past 1, and an identical photo must pass for every catalogue.
  const clamped = (score: number) => Math.max(-1, Math.min(score, HIGHEST));
  const match = given.match ?? clamped(quantile(PERCENTILE));
  const related = given.related ?? Math.min(match, clamped(quantile(RELATED_PERCENTILE)));
  const below = different.filter((one) => one < match).length;

  const several = [...members.values()].filter((nodes) => nodes.length > 1);
  const all = several.reduce((sum, nodes) => sum + (nodes.length * (nodes.length - 1)) / 2, 0);
  let sameGroupPairs = 0;
  let sameGroupAbove = 0;
  const count = (a: number, b: number) => {
    sameGroupPairs++;
    if (score(a, b) >= match) sameGroupAbove++;
  };
  if (all <= PAIRS) {
    for (const nodes of several) {
      nodes.forEach((a, i) => {
        for (const b of nodes.slice(i + 1)) count(a, b);
      });
    }
  } else {
    // Large groups are drawn as often as they have photos.
    const groupOfDraw = several.flatMap((nodes) => nodes.map(() => nodes));
    while (sameGroupPairs < PAIRS) {
      const nodes = groupOfDraw[pick(groupOfDraw.length)] as number[];
      const a = nodes[pick(nodes.length)] as number;
      const b = nodes[pick(nodes.length)] as number;
      if (a !== b) count(a, b);
    }
  }
  return {
    match,
    related,
    percentile: given.match === undefined ? PERCENTILE : below / Math.max(1, different.length),
    pairs: different.length,
    sameGroupPairs,
    sameGroupAbove,
  };
}
