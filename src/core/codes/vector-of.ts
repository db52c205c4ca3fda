import { BASIS_UNIT, type CodeSpace } from './space.ts';

/**
 * The vector that codes stand for. Its products with queries are the scores; its length is about 1.
 * @param codes of one row
 */
export function vectorOf(
  codes: ArrayLike<number>,
  { dimension, columns, mean, basis, steps }: CodeSpace,
): Float32Array<ArrayBuffer> {
  const sum = Float64Array.from(mean);
  for (let c = 0; c < columns; c++) {
    const factor = ((codes[c] as number) * (steps[c] as number)) / BASIS_UNIT;
    if (factor === 0) continue;
    const start = c * dimension;
    for (let i = 0; i < dimension; i++)
      sum[i] = (sum[i] as number) + factor * (basis[start + i] as number);
  }
  return Float32Array.from(sum);
}
