import { vectorOf } from '../codes/vector-of.ts';
import type { PartsRoot } from './root.ts';
import { type ReadPart, type Shard, ShardReader } from './shard-reader.ts';

/** Codes of a row on the fine lattice. */
export function wholeCodes(
  { layers, centroids }: PartsRoot,
  { codes }: Shard,
  shard: number,
  row: number,
  refined: ArrayLike<number>,
): Int32Array {
  const all = new Int32Array(layers.fine.columns);
  for (let c = 0; c < all.length; c++) all[c] = refined[row * all.length + c] as number;
  const columns = layers.columns.length;
  layers.columns.forEach((column, c) => {
    const coarse =
      (codes[row * columns + c] as number) + (centroids[shard * columns + c] as number);
    all[column] = (all[column] as number) + layers.ratio * coarse;
  });
  return all;
}

/**
 * The vectors that the codes of all rows stand for, rows × dimension. Reads every shard, one at a time.
 * @param rowAt the row of the catalogue at each position
 * @throws errors of `read`; SoutuError `BundleError`
 */
export async function allVectors(
  root: PartsRoot,
  read: ReadPart,
  rowAt: ArrayLike<number>,
): Promise<Float32Array<ArrayBuffer>> {
  const reader = new ShardReader(root, read, 0);
  const { dimension } = root.layers.fine;
  const all = new Float32Array(root.count * dimension);
  for (let index = 0; index < root.shards.length; index++) {
    const shard = await reader.shard(index);
    const refined = await reader.refinement(index, shard);
    for (let i = 0; i < shard.own; i++) {
      const codes = wholeCodes(root, shard, index, i, refined);
      const row = rowAt[shard.positions[i] as number] as number;
      all.set(vectorOf(codes, root.layers.fine), row * dimension);
    }
  }
  return all;
}
