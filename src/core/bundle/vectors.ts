/** The files of kind `vectors`: section `vectors`, f32 [rows, dimension]. */
import { SoutuError } from '../errors.ts';
import { countOf, sectionOf, writeContainer } from './container.ts';
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
  const parts = shards.map((shard, i) => {
    const where = names[i] ?? KIND;
    const data = sectionOf(shard, 'vectors', 'f32', where);
    const dimension = countOf(shard, 'dimension', where);
    const expected = countOf(shard, 'rows', where) * dimension;
    if (data.length !== expected) {
      throw new SoutuError(
        'BundleError',
        `${where}: expected ${expected} numbers, got ${data.length}. Build the bundle again.`,
      );
    }
    return { data, dimension };
  });
  const dimension = parts[0]?.dimension ?? 0;
  const total = parts.reduce((sum, { data }) => sum + data.length, 0);
  const [only] = parts;
  if (parts.length === 1 && only)
    return { vectors: only.data, count: total / dimension, dimension };
  const vectors = new Float32Array(total);
  let at = 0;
  for (const { data } of parts) {
    vectors.set(data, at);
    at += data.length;
  }
  return { vectors, count: total / dimension, dimension };
}
