import { vectorOf } from '../codes/vector-of.ts';
import { homeOf } from './delta.ts';
import type { PartsRoot } from './root.ts';
import { type ReadPart, type Shard, ShardReader } from './shard-reader.ts';

/** Codes of a row on the fine lattice. */
export function wholeCodes(
  root: PartsRoot,
  { codes, positions }: Shard,
  shard: number,
  row: number,
  refined: ArrayLike<number>,
): Int32Array {
  const { layers, centroids } = root;
  const home = homeOf(root, shard, positions[row] as number);
  const all = new Int32Array(layers.fine.columns);
  for (let c = 0; c < all.length; c++) all[c] = refined[row * all.length + c] as number;
  const columns = layers.columns.length;
  layers.columns.forEach((column, c) => {
    const coarse = (codes[row * columns + c] as number) + (centroids[home * columns + c] as number);
    all[column] = (all[column] as number) + layers.ratio * coarse;
  });
  return all;
}

/**
 * The vectors that the codes of all rows stand for, rows × dimension. Reads every shard, one at a time.
 * @param count rows of the catalogue
 * @param rowAt the row at each position, −1 for a removed item
 * @throws errors of `read`; SoutuError `BundleError`
 */
export async function allVectors(
  root: PartsRoot,
  read: ReadPart,
  count: number,
  rowAt: ArrayLike<number>,
): Promise<Float32Array<ArrayBuffer>> {
  const reader = new ShardReader(root, read, 0);
  const { dimension } = root.layers.fine;
  const all = new Float32Array(count * dimension);
  for (let index = 0; index < root.shards.length; index++) {
    const shard = await reader.shard(index);
    const refined = await reader.refinement(index, shard);
    for (let i = 0; i < shard.own; i++) {
      const row = rowAt[shard.positions[i] as number] as number;
      if (row < 0) continue;
      const codes = wholeCodes(root, shard, index, i, refined);
      all.set(vectorOf(codes, root.layers.fine), row * dimension);
    }
  }
  return all;
}
