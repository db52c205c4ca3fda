/** Whether vectors move towards their neighbours (see vector/averaged.ts). */
import { concat } from '../../../core/concat.ts';
import { AveragedVectors } from '../../../core/vector/averaged.ts';
import { dotAt } from '../../../engine/dot.ts';
import { isBetter, mapOf, measureBy, type SettingPrecision } from './precision.ts';
import type { Sample } from './sample.ts';

/**
 * A number, or `auto`: `MEASURED_NEIGHBOURS` if they find the photos of a group better beyond chance, and the first hit
 * is right as often.
 */
export type NeighboursOption = number | 'auto';

export interface Shares {
  /** Mean average precision. */
  readonly mAP: number;
  /** The share of queries whose first hit is of their group. */
  readonly top1: number;
}

export interface NeighboursReport {
  /** How many are averaged; 0: none. */
  readonly neighbours: number;
  readonly by: 'option' | 'measured' | 'default';
  /** Null if they were not measured. */
  readonly measured: { readonly without: Shares; readonly with: Shares } | null;
}

/** So much lower a share of right first hits is none that anyone would notice. */
const MAX_LOSS = 0.005;

/** With 2, 3 and more, 3 is best on three sets; see src/docs/architecture.md. */
const MEASURED_NEIGHBOURS = 3;
export const MAX_NEIGHBOURS = 10;

/**
 * @param vectors of the catalogue, count × dimension, in the space of the index
 * @param sample null if there are too few groups to measure
 */
export function chooseNeighbours(
  option: NeighboursOption,
  vectors: Float32Array,
  dimension: number,
  sample: Sample | null,
): NeighboursReport {
  if (option !== 'auto') return { neighbours: option, by: 'option', measured: null };
  if (!sample) return { neighbours: 0, by: 'default', measured: null };
  const [without, averaged] = measure(sample, vectors, dimension);
  return {
    neighbours: isWorthIt(sample, averaged, without) ? MEASURED_NEIGHBOURS : 0,
    by: 'measured',
    measured: { without: sharesOf(without), with: sharesOf(averaged) },
  };
}

export const sharesOf = ({ precisions, top1 }: SettingPrecision): Shares => ({
  mAP: mapOf(precisions),
  top1,
});

/** More photos of a thing are worth nothing to a visitor whose first hit is wrong. */
export function isWorthIt(
  sample: Sample,
  averaged: SettingPrecision,
  without: SettingPrecision,
): boolean {
  return (
    isBetter(sample, averaged.precisions, without.precisions) &&
    averaged.top1 >= without.top1 - MAX_LOSS
  );
}

/** Each query is left out of the catalogue, so it is in no average. */
function measure(
  sample: Sample,
  vectors: Float32Array,
  dimension: number,
): [without: SettingPrecision, averaged: SettingPrecision] {
  const plain = concat(
    Float32Array,
    Array.from(sample.rows, (row) => vectors.subarray(row * dimension, (row + 1) * dimension)),
  );
  const averaged = new AveragedVectors(plain, dimension, MEASURED_NEIGHBOURS);
  return measureBy(sample, 2, (query, scores) => {
    averaged.leaveOut(query);
    const unit = plain.subarray(query * dimension, (query + 1) * dimension);
    [plain, averaged.vectors].forEach((all, setting) => {
      const own = scores[setting] as Float64Array;
      for (let at = 0; at < own.length; at++) own[at] = dotAt(all, at * dimension, unit);
    });
  }) as [SettingPrecision, SettingPrecision];
}
