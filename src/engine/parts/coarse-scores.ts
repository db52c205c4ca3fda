import type { LayerCodes } from '../../core/parts/code-decoder.ts';
import { homeOf } from '../../core/parts/delta.ts';
import type { LayeredQuery } from '../../core/parts/layers.ts';
import type { PartsRoot } from '../../core/parts/root.ts';
import type { Shard } from '../../core/parts/shard-reader.ts';

/**
 * The score of each row of a shard by coarse codes.
 * @param centroidSums Σ weight × code of each centroid, which the shard's codes lack
 */
export function coarseScores(
  root: PartsRoot,
  index: number,
  { codes, positions }: Shard,
  layer: LayerCodes,
  { coarse }: LayeredQuery,
  centroidSums: Float64Array,
): Float64Array {
  return Float64Array.from(layer.sums(codes, coarse.weights), (sum, row) => {
    const home = homeOf(root, index, positions[row] as number);
    return coarse.offset + coarse.unit * (sum + (centroidSums[home] as number));
  });
}
