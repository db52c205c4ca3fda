/** The files of kind `vectors`: section `vectors`, f32 [rows, dimension]. */

import { concat } from '../concat.ts';
import { type Container, countOf, sectionOf, writeContainer } from '../container.ts';
import { SoutuError } from '../errors.ts';
import { MAX_FILE_BYTES, readShards, splitRows } from './shards.ts';

const KIND = 'vectors';

/** @param vectors count × dimension, row after row */
export function writeVectorShards(
  vectors: Float32Array,
  count: number,
  dimension: number,
  maxBytes = MAX_FILE_BYTES,
): Uint8Array[] {
  return splitRows(count, () => dimension * 4, maxBytes).map(([first, end]) =>
    writeContainer({
      kind: KIND,
      meta: { count, dimension, first, rows: end - first },
      sections: [
        {
          name: 'vectors',
          dtype: 'f32',
          shape: [end - first, dimension],
          data: vectors.subarray(first * dimension, end * dimension),
        },
      ],
    }),
  );
}

/**
 * @param names the files' names, for errors
 * @throws SoutuError `BundleError`
 */
export function readVectorShards(
  files: readonly Uint8Array[],
  names: readonly string[],
): { vectors: Float32Array; count: number; dimension: number } {
  const shards = readShards(files, names, KIND);
  const dimension = countOf(shards[0] as Container, 'dimension', names[0] ?? KIND);
  const parts = shards.map((shard, i) => {
    const where = names[i] ?? KIND;
    const bad = (expected: string, got: number): never => {
      throw new SoutuError(
        'BundleError',
        `${where}: expected ${expected}, got ${got}. Build the bundle again.`,
      );
    };
    const data = sectionOf(shard, 'vectors', 'f32', where);
    const own = countOf(shard, 'dimension', where);
    // Files of two models may hold as many rows, and their numbers would even add up.
    if (own !== dimension) bad(`vectors of ${dimension} numbers`, own);
    if (own < 1) bad('vectors of at least 1 number', own);
    const expected = countOf(shard, 'rows', where) * dimension;
    if (data.length !== expected) bad(`${expected} numbers`, data.length);
    return data;
  });
  const total = parts.reduce((sum, data) => sum + data.length, 0);
  const [only] = parts;
  if (parts.length === 1 && only) return { vectors: only, count: total / dimension, dimension };
  const vectors = concat(Float32Array, parts);
  return { vectors, count: total / dimension, dimension };
}
