/** Calibrates the catalogue of a build, and says so if its thresholds leave many photos alone. */
import type { Calibration } from '../../../core/bundle/calibration.ts';
import { concat } from '../../../core/concat.ts';
import type { Thresholds } from '../../../core/contract.ts';
import { COPY_COSINE } from '../../../core/image/hash-distance.ts';
import { groupOf, type IndexedItem } from '../../../core/item.ts';
import type { ModelSpec } from '../../../core/model/spec.ts';
import type { AveragedVectors } from '../../../core/vector/averaged.ts';
import { distractorsFor } from '../../model/distractors.ts';
import { type CalibrationReport, calibrate } from './calibrate.ts';
import { foldersOf } from './folders-of.ts';

/** More than this share of photos that would find nothing but themselves is worth a warning. */
export const MANY_ALONE = 0.2;

export interface CatalogueVectors {
  readonly spec: ModelSpec;
  readonly items: readonly IndexedItem[];
  /** The vectors that a search compares, row i for item i. */
  readonly vectors: Float32Array;
  /** How these were averaged; null if they were not. */
  readonly averaged?: AveragedVectors | null;
  /** The vectors as a page decodes them from codes; null if they are stored as they are. */
  readonly decoded?: Float32Array | null;
  /** Takes a plain vector of the model to the space of the index. */
  readonly place: (plain: Float32Array) => Float32Array;
  readonly given: Partial<Thresholds>;
  /** The vectors are those of soft copies. Distractors are sharp photos, so they are not compared with these. */
  readonly soft?: boolean;
}

export async function thresholdsOf({
  spec,
  items,
  vectors,
  place,
  given,
  averaged = null,
  decoded = null,
  soft = false,
}: CatalogueVectors): Promise<CalibrationReport> {
  if (spec.family === 'phash') return thresholdsOfCopies(items.length, given);
  const { dimension } = spec;
  const distractors = soft ? null : await distractorsFor(spec);
  return calibrate({
    vectors,
    averaged,
    decoded,
    dimension,
    groups: items.map(groupOf),
    folders: foldersOf(items),
    distractors: distractors && placeAll(distractors.calibration, dimension, place),
    given,
  });
}

/** Which distance makes two pictures copies does not depend on the catalogue. */
function thresholdsOfCopies(measured: number, given: Partial<Thresholds>): CalibrationReport {
  const match = given.match ?? COPY_COSINE;
  return {
    match,
    related: Math.min(match, given.related ?? COPY_COSINE),
    matchFrom: given.match === undefined ? 'model' : 'owner',
    relatedFrom: given.related === undefined ? 'model' : 'owner',
    measured,
    // Most pictures have no copy: that is no reason for a warning.
    alone: 0,
    folderAgreement: null,
  };
}

/** The part of the report that the manifest holds. */
export function thresholdsIn(report: CalibrationReport): Calibration {
  const { match, related, matchFrom, relatedFrom } = report;
  return { match, related, matchFrom, relatedFrom };
}

function placeAll(
  plain: Float32Array,
  dimension: number,
  place: CatalogueVectors['place'],
): Float32Array {
  const rows = Array.from({ length: plain.length / dimension }, (_, i) =>
    place(plain.subarray(i * dimension, (i + 1) * dimension)),
  );
  return concat(Float32Array, rows);
}

export function aloneWarning({
  alone,
  matchFrom,
}: Pick<CalibrationReport, 'alone' | 'matchFrom'>): string {
  const lower = 'set a lower threshold (--match)';
  const advice = {
    groups: `Things of different groups look alike here. Give those that are the same thing one group, or ${lower}.`,
    folders: `Things of different folders look alike here. Put those that are the same thing into one folder, or ${lower}.`,
    photos: `Add more photos of each thing, or ${lower}.`,
    distractors: `Photos of other things, which come with the model, look as much like them as they look like one another. For more matches, some of them wrong, ${lower}.`,
    owner: 'You set the threshold yourself. For more matches, set a lower one.',
    model: 'Most pictures have no copy, which is as it should be.',
  }[matchFrom];
  return (
    `${percent(alone)} of the photos would find no match but themselves. ${advice} ` +
    'Visitors still see a full page of similar pictures.'
  );
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
