/**
 * The two thresholds of a catalogue.
 *
 *     match     how near photos of different things get: 80 % of the photos have a lower best score in another group.
 *               Without groups: 80 % of the photos have a higher best score. In both cases nearer than 99.5 % of the
 *               distractors get, which are photos of other things
 *     related   how near unrelated photos get: 95 % of the distractors have a lower best score. Never so high that more
 *               than 20 % of the photos of the catalogue would have nothing like them
 *
 * Everything is seeded, so the same vectors give the same thresholds. Large catalogues are sampled.
 */
import type { Calibration } from '../../../core/bundle/calibration.ts';
import type { Thresholds } from '../../../core/contract.ts';
import type { AveragedVectors } from '../../../core/vector/averaged.ts';
import {
  DistinctPhotos,
  type NearestOther,
  nearestOther,
  type PhotoGroups,
  quantile,
} from './nearest-others.ts';

export interface CalibrationReport extends Calibration {
  /** Number of catalogue photos that were measured. */
  readonly measured: number;
  /** The share of these whose best other photo is not a match: they would find nothing but themselves. */
  readonly alone: number;
  /** The share of photos whose nearest other photo is in the same folder; null without folders. */
  readonly folderAgreement: number | null;
}

export interface CalibrationInput {
  /** Unit vectors as the index holds them, row after row. */
  readonly vectors: Float32Array;
  /** How these were averaged; null if they were not. */
  readonly averaged?: AveragedVectors | null;
  /** The vectors as a page decodes them from codes; null if they are stored as they are. */
  readonly decoded?: Float32Array | null;
  readonly dimension: number;
  /** The group of each row. */
  readonly groups: readonly string[];
  /** The folder of each row; null for a catalogue without folders. */
  readonly folders: readonly string[] | null;
  /** Unit vectors of unrelated photos in the space of the index, row after row; null if there are none. */
  readonly distractors: Float32Array | null;
  /** The owner's own thresholds. */
  readonly given: Partial<Thresholds>;
}

/** The shares above; src/docs/architecture.md has the measurements. */
const OTHER_GROUP = 0.8;
const NEAREST = 0.2;
const RELATED = 0.95;
const UNRELATED = 0.995;
/** Without distractors, `related` is lower than the best scores of all but this share of the photos. */
const FALLBACK = 0.05;
/** Groups say which photos show the same thing if at least this share of the photos has one in common. */
const SHARING = 0.1;
/** Folders do if most photos are nearest to one of their own folder. */
const AGREEMENT = 0.5;

/** At most this many scores are computed, but every catalogue has its least number of photos measured. */
const COMPARISONS = 20e6;
const LEAST_PHOTOS = 200;

/** An identical photo is a match in every catalogue, although rounding moves its score; codes move it further. */
const HIGHEST = 1 - 1e-6;
/** With a single photo, nothing can be measured. These are in the middle of what other catalogues have. */
const SINGLE: Thresholds = { match: 0.6, related: 0.3 };

export function calibrate(input: CalibrationInput): CalibrationReport {
  const photos = new DistinctPhotos(
    input.vectors,
    input.dimension,
    input.averaged ?? null,
    input.decoded ?? null,
  );
  const groups = photos.groups(input.groups);
  const folders = input.folders && photos.groups(input.folders);
  const nodes = photos.sample(COMPARISONS, LEAST_PHOTOS);
  const byGroup: NearestOther[] = [];
  const byFolder: NearestOther[] = [];
  for (const node of nodes) {
    const scores = photos.scoresOf(node);
    byGroup.push(nearestOther(scores, node, groups.mates(node)));
    if (folders) byFolder.push(nearestOther(scores, node, folders.mates(node)));
  }
  const folderAgreement = folders ? agreement(byFolder) : null;
  const far = input.distractors ? bestScores(photos, input.distractors, input.dimension) : [];
  const best = byGroup.map(({ any }) => any).filter(Number.isFinite);
  const measured = measureMatch(groups, byGroup, folderAgreement, byFolder, best);
  const { given } = input;
  const floor = quantileOr(far, UNRELATED, -1);
  const highest = input.decoded ? Math.min(HIGHEST, photos.lowestOwn()) : HIGHEST;
  const match = given.match ?? clamp(Math.max(measured.match, floor), highest);
  const matchFrom = floor > measured.match ? 'distractors' : measured.from;
  const related =
    far.length > 0
      ? Math.min(quantile(far, RELATED), quantileOr(best, NEAREST, 1))
      : quantileOr(best, FALLBACK, SINGLE.related);
  return {
    match,
    related: given.related ?? Math.min(match, clamp(related, highest)),
    matchFrom: given.match === undefined ? matchFrom : 'owner',
    relatedFrom:
      given.related === undefined ? (far.length > 0 ? 'distractors' : 'catalogue') : 'owner',
    measured: nodes.length,
    alone: byGroup.filter(({ any }) => any < match).length / nodes.length,
    folderAgreement,
  };
}

/** The threshold `match` from the catalogue alone. */
function measureMatch(
  groups: PhotoGroups,
  byGroup: readonly NearestOther[],
  folderAgreement: number | null,
  byFolder: readonly NearestOther[],
  best: readonly number[],
): { readonly match: number; readonly from: 'groups' | 'folders' | 'photos' } {
  const others = (list: readonly NearestOther[]) =>
    list.map(({ other }) => other).filter(Number.isFinite);
  const apart = others(byGroup);
  if (groups.sharing >= SHARING * groups.photos && apart.length > 0) {
    return { match: quantile(apart, OTHER_GROUP), from: 'groups' };
  }
  const outside = others(byFolder);
  if (folderAgreement !== null && folderAgreement > AGREEMENT && outside.length > 0) {
    return { match: quantile(outside, OTHER_GROUP), from: 'folders' };
  }
  return { match: quantileOr(best, NEAREST, SINGLE.match), from: 'photos' };
}

/** The share of photos that are nearest to one of their own folder, of those that share it with another photo. */
function agreement(byFolder: readonly NearestOther[]): number | null {
  const several = byFolder.filter(({ own }) => Number.isFinite(own));
  // In a single folder all photos agree, which says nothing.
  if (several.every(({ other }) => !Number.isFinite(other))) return null;
  return several.filter(({ own, other }) => own > other).length / several.length;
}

/** The best score of each distractor among the photos. */
function bestScores(
  photos: DistinctPhotos,
  distractors: Float32Array,
  dimension: number,
): number[] {
  return Array.from({ length: distractors.length / dimension }, (_, i) =>
    photos
      .scores(distractors.subarray(i * dimension, (i + 1) * dimension))
      .reduce((best, score) => Math.max(best, score), -1),
  );
}

function quantileOr(values: readonly number[], share: number, otherwise: number): number {
  return values.length > 0 ? quantile(values, share) : otherwise;
}

function clamp(score: number, highest: number): number {
  return Math.max(-1, Math.min(score, highest));
}
