/** What a first search would download of the index if the catalogue were smaller: each kind of index, made from a part of it. */
import { seededRandom, shuffled } from '../../core/vector/random.ts';
import { codeFiles, makeCodes } from '../build/index/make-codes.ts';
import { makeParts } from '../build/index/parts/make-parts.ts';
import { rowSourceOf } from '../build/index/row-source.ts';

export interface GrowthPoint {
  readonly items: number;
  /** Bytes, without ids and attributes; null if this kind has no index of the recall for so few items. */
  readonly vectors: number;
  readonly codes: number | null;
  readonly parts: number | null;
}

const SHARES = [1 / 8, 1 / 4, 1 / 2, 1];
/** A larger index takes minutes. */
const MOST = 20_000;
/** Fewer items say nothing. */
const LEAST = 64;
const SEED = 1;

/**
 * @param vectors count × dimension
 * @param recall of the ten nearest
 */
export async function measureGrowth(
  vectors: Float32Array,
  dimension: number,
  recall: number,
  onStep: () => void,
): Promise<GrowthPoint[]> {
  const count = vectors.length / dimension;
  const order = shuffled([...Array(count).keys()], seededRandom(SEED));
  const points: GrowthPoint[] = [];
  for (const items of sizesOf(count)) {
    const some = new Float32Array(items * dimension);
    order.slice(0, items).forEach((row, i) => {
      some.set(vectors.subarray(row * dimension, (row + 1) * dimension), i * dimension);
    });
    const codes = await makeCodes(rowSourceOf(some, dimension), { recall, ranges: [[0, items]] });
    const parts = await makeParts(rowSourceOf(some, dimension), { recall, rowBytes: 0 });
    points.push({
      items,
      vectors: 2 * some.length,
      codes:
        codes &&
        codeFiles(codes).reduce((sum, file) => sum + file.bytes.length, codes.spaceBytes.length),
      parts: parts && Math.round(parts.cold.bytes),
    });
    onStep();
  }
  return points;
}

/** Empty if the catalogue is too small. */
export function sizesOf(count: number): number[] {
  const most = Math.min(count, MOST);
  return SHARES.map((share) => Math.round(share * most)).filter((items) => items >= LEAST);
}
