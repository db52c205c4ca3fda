/** The part of `soutu eval` about the thresholds. */
import type { AveragedVectors } from '../../../core/vector/averaged.ts';
import { placed, type Space } from '../../../core/vector/space.ts';
import type { SearchEngine } from '../../../engine/search-engine.ts';
import { type BandShares, measureBands } from '../../eval/bands.ts';
import type { EvalRow } from '../../eval/leave-one-out.ts';
import { distractorsFor } from '../../model/distractors.ts';

/** @param rows in the order of the bundle's items */
export async function bandsOf(
  { bundle, retriever }: SearchEngine,
  rows: readonly EvalRow[],
  averaged: AveragedVectors | null,
  queries: Float32Array | null,
): Promise<BandShares> {
  const { dimension } = retriever;
  const distractors = await distractorsFor(bundle.manifest.model);
  return measureBands({
    rows,
    vectors: await bundle.vectors(),
    averaged,
    queries,
    dimension,
    thresholds: bundle.manifest.index.calibration,
    distractors: distractors && allPlaced(distractors.heldBack, dimension, bundle.space),
  });
}

function allPlaced(plain: Float32Array, dimension: number, space: Space): Float32Array[] {
  return Array.from({ length: plain.length / dimension }, (_, i) =>
    placed(plain.subarray(i * dimension, (i + 1) * dimension), space),
  );
}

export function bandLines({ match, related, there, absent, far }: BandShares): string[] {
  const lines = [
    `match       from ${match.toFixed(3)}`,
    `related     from ${related.toFixed(3)}`,
    `there       ${shareOf(there)} find their thing first, as a match`,
    `absent      ${shareOf(absent)} are called a match although their thing was removed`,
  ];
  return far
    ? [
        ...lines,
        `far         ${shareOf(far.match)} of ${far.queries} photos of other things are called a match, ` +
          `${shareOf(far.related)} related or a match`,
      ]
    : [...lines, 'far         not measured: the model has no photos of other things'];
}

function shareOf(share: number | null): string {
  return share === null ? 'none' : `${(100 * share).toFixed(1)} %`;
}
