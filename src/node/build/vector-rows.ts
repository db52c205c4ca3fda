/** Vectors row by row in one array, with few copies at a time: a large catalogue has hundreds of megabytes of them. */
import { asStored } from '../../core/bundle/vectors.ts';
import { halvesToFloats } from '../../core/half.ts';

/** @param list in f16, one for each row */
export function floatRows(
  list: readonly Uint16Array[],
  dimension: number,
): Float32Array<ArrayBuffer> {
  const all = new Float32Array(list.length * dimension);
  list.forEach((halves, row) => {
    all.set(halvesToFloats(halves), row * dimension);
  });
  return all;
}

/** Threads read shared memory without a copy. */
function sharedFloats(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT));
}

/** @returns each row placed, as a reader of the bundle decodes it */
export function placedRows(
  plain: Float32Array,
  dimension: number,
  place: (vector: Float32Array) => Float32Array,
): Float32Array {
  const all = sharedFloats(plain.length);
  for (let at = 0; at < plain.length; at += dimension) {
    all.set(asStored(place(plain.subarray(at, at + dimension)), dimension), at);
  }
  return all;
}
