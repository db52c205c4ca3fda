import type { PartsRoot } from '../../core/parts/root.ts';
import type { ShardScores } from './shard-scores.ts';

/** Larger pages read every segment. */
const MOST_NEEDED = 40;

/**
 * The segments of a delta that a search reads with its first wave. A single one is always read. Of several, which have
 * items of neighbouring shards each, those are read that have items of the shards that the search may read itself, and as
 * many again: an added item is in no second shard.
 * @param need items that the answer needs; infinite reads all segments
 */
export function segmentsToRead(root: PartsRoot, shards: ShardScores, need: number): number[] {
  const { changes, starts, probing } = root;
  if (!changes) return [];
  const { firstShard, firstPosition, homes } = changes;
  const all = Array.from({ length: root.shards.length - firstShard }, (_, i) => firstShard + i);
  if (all.length <= 1 || need > MOST_NEEDED) return all;
  const near = Array.from(shards.distances.keys())
    .sort((a, b) => (shards.distances[a] as number) - (shards.distances[b] as number) || a - b)
    .slice(0, 2 * probing.most);
  const isNear = new Uint8Array(shards.count);
  for (const shard of near) isNear[shard] = 1;
  return all.filter((segment) => {
    const [first, end] = [starts[segment] as number, starts[segment + 1] as number];
    return homes
      .subarray(first - firstPosition, end - firstPosition)
      .some((home) => isNear[home] === 1);
  });
}
