/** Divides shards into groups of neighbours, so that a search reads a few segments of a large delta. */

const GROUPS = 12;
const ROUNDS = 8;

/**
 * @param homes of the added items
 * @param centroids shards × columns
 * @param most one group up to this number of items
 * @returns added items by group, each group in order of homes
 */
export function groupItems(
  homes: ArrayLike<number>,
  centroids: Int16Array,
  columns: number,
  most: number,
): number[][] {
  const byHome = Array.from({ length: homes.length }, (_, i) => i).sort(
    (a, b) => (homes[a] as number) - (homes[b] as number) || a - b,
  );
  if (homes.length <= most) return homes.length === 0 ? [] : [byHome];
  const groupOf = groupShards(new Set(Array.from(homes)), centroids, columns);
  const groups = Array.from({ length: GROUPS }, () => [] as number[]);
  for (const item of byHome) groups[groupOf.get(homes[item] as number) as number]?.push(item);
  return groups.filter((group) => group.length > 0);
}

/** k-means from the shards that are furthest from each other, the same for the same shards. */
function groupShards(
  used: ReadonlySet<number>,
  centroids: Int16Array,
  columns: number,
): ReadonlyMap<number, number> {
  const shards = [...used].sort((a, b) => a - b);
  const vectors = shards.map((s) =>
    Float64Array.from(centroids.subarray(s * columns, (s + 1) * columns)),
  );
  const means = [vectors[0] as Float64Array];
  while (means.length < Math.min(GROUPS, vectors.length)) {
    const distances = vectors.map((x) => Math.min(...means.map((mean) => distance(x, mean))));
    means.push(vectors[distances.indexOf(Math.max(...distances))] as Float64Array);
  }
  let groups: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    groups = vectors.map((x) => {
      const distances = means.map((mean) => distance(x, mean));
      return distances.indexOf(Math.min(...distances));
    });
    means.forEach((mean, g) => {
      const own = vectors.filter((_, i) => groups[i] === g);
      if (own.length === 0) return;
      means[g] = mean.map((_, c) => own.reduce((sum, x) => sum + (x[c] as number), 0) / own.length);
    });
  }
  return new Map(shards.map((shard, i) => [shard, groups[i] as number]));
}

function distance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) - (b[i] as number)) ** 2;
  return sum;
}
