/** Vectors that are read in ranges, so that no more of a large catalogue is in memory than a range. */
export interface RowSource {
  readonly count: number;
  readonly dimension: number;
  /** @returns (end − first) × dimension numbers, which may be copied to a thread but must not be changed */
  read(first: number, end: number): Float32Array;
}

/** @param vectors count × dimension, row by row. In shared memory, nothing is copied */
export function rowSourceOf(vectors: Float32Array, dimension: number): RowSource {
  return {
    count: vectors.length / dimension,
    dimension,
    read(first, end) {
      const rows = vectors.subarray(first * dimension, end * dimension);
      // A thread would get a copy of all vectors otherwise, because a message has whole buffers.
      return rows.buffer instanceof SharedArrayBuffer ? rows : rows.slice();
    },
  };
}

/** Rows of a range: 8 MB of vectors of 256 numbers. Sums depend on it, so it never depends on the machine. */
const RANGE = 8192;

export function rangesOf(count: number): (readonly [first: number, end: number])[] {
  return Array.from({ length: Math.ceil(count / RANGE) }, (_, i) => [
    i * RANGE,
    Math.min(count, (i + 1) * RANGE),
  ]);
}

/** Copies some rows, ascending, and reads each range once. */
export function pickRows(source: RowSource, rows: ArrayLike<number>): Float32Array<ArrayBuffer> {
  const { dimension, count } = source;
  const picked = new Float32Array(rows.length * dimension);
  let i = 0;
  for (const [first, end] of rangesOf(count)) {
    if (i === rows.length) break;
    if ((rows[i] as number) >= end) continue;
    const range = source.read(first, end);
    for (; i < rows.length && (rows[i] as number) < end; i++) {
      const at = ((rows[i] as number) - first) * dimension;
      picked.set(range.subarray(at, at + dimension), i * dimension);
    }
  }
  return picked;
}
