/** Assigns rows to shards, and gives them the positions that their codes and details are stored in. */
import { type RowSource, rowSourceOf } from '../row-source.ts';
import type { TaskThreads } from '../task-threads.ts';
import { assignAll, cluster, spillAll } from './cluster.ts';

export interface RowOrder {
  /** The row at each position: shard after shard, within a shard ascending. */
  readonly order: Int32Array;
  /** The first position of each shard, then the number of rows. */
  readonly starts: Uint32Array;
  /** Positions of the rows that each shard has of others, ascending. */
  readonly spilled: readonly Int32Array[];
  /** shards × columns: coarse codes of the centroids */
  readonly centroids: Int16Array;
  /** Mean squared distance of the own rows from the centroid. */
  readonly spreads: Float32Array;
}

/**
 * @param rotated vectors in the basis, coarse columns only
 * @param steps of the coarse codes
 */
export async function orderRows(
  rotated: RowSource,
  steps: Float32Array,
  wanted: number,
  threads: TaskThreads,
): Promise<RowOrder> {
  const { dimension: columns } = rotated;
  const { centroids: means } = await cluster(rotated, wanted, threads);
  // The centroids that searches know lie on the lattice of the coarse codes.
  const codes = Int16Array.from(means.vectors, (x, i) =>
    Math.round(x / (steps[i % columns] as number)),
  );
  const vectors = Float32Array.from(codes, (code, i) => code * (steps[i % columns] as number));
  const centroids = { columns, vectors, penalties: means.penalties };
  const { shards, squares, sizes } = await assignAll(rotated, centroids, threads);
  const second = await spillAll(rotated, centroids, shards, threads);
  const used = Array.from(sizes.keys()).filter((s) => (sizes[s] as number) > 0);
  const renamed = new Int32Array(sizes.length).fill(-1);
  used.forEach((s, i) => {
    renamed[s] = i;
  });
  const starts = new Uint32Array(used.length + 1);
  used.forEach((s, i) => {
    starts[i + 1] = (starts[i] as number) + (sizes[s] as number);
  });
  const next = starts.slice();
  const order = new Int32Array(rotated.count);
  const positions = new Int32Array(rotated.count);
  shards.forEach((s, row) => {
    const shard = renamed[s] as number;
    const position = next[shard] as number;
    next[shard] = position + 1;
    order[position] = row;
    positions[row] = position;
  });
  const spilled: number[][] = used.map(() => []);
  second.forEach((s, row) => {
    // A shard without own rows does not exist.
    const shard = renamed[s] as number;
    if (shard >= 0 && used.length > 1) spilled[shard]?.push(positions[row] as number);
  });
  const own = new Int16Array(used.length * columns);
  used.forEach((s, i) => {
    own.set(codes.subarray(s * columns, (s + 1) * columns), i * columns);
  });
  return {
    order,
    starts,
    spilled: spilled.map((list) => Int32Array.from(list).sort()),
    centroids: own,
    spreads: Float32Array.from(used, (s) => (squares[s] as number) / (sizes[s] as number)),
  };
}

/** Vectors that were made range by range. */
export function sourceOfRanges(ranges: readonly Float32Array[], columns: number): RowSource {
  const count = ranges.reduce((sum, range) => sum + range.length / columns, 0);
  const all = new Float32Array(count * columns);
  let at = 0;
  for (const range of ranges) {
    all.set(range, at);
    at += range.length;
  }
  return rowSourceOf(all, columns);
}
