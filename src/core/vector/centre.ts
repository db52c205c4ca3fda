/**
 * Centring: photos of one shop lie close together, which squeezes all scores into a narrow band. What the
 * catalogue has in common is subtracted from every vector, from queries too, and the rest normalised
 * again ("all-but-the-top" without the top: Mu & Viswanath 2018, arXiv 1702.01417, step 1).
 */
import { normalised } from './arithmetic.ts';

/** Below about this many photos the mean says more about the photos than about the domain. */
const SHRINKAGE = 50;

/**
 * The vector to subtract: n / (n + 50) of the mean, so that a small catalogue moves less.
 * @param vectors n × dimension, row after row
 */
export function centreOf(vectors: Float32Array, dimension: number): Float32Array<ArrayBuffer> {
  const n = vectors.length / dimension;
  const sum = new Float64Array(dimension);
  for (let row = 0; row < n; row++) {
    for (let i = 0; i < dimension; i++) {
      sum[i] = (sum[i] as number) + (vectors[row * dimension + i] as number);
    }
  }
  return Float32Array.from(sum, (s) => s / (n + SHRINKAGE));
}

/** @returns the vector less the centre, at unit length; with no centre a copy at unit length */
export function centred(
  vector: Float32Array,
  centre: Float32Array | null,
): Float32Array<ArrayBuffer> {
  if (!centre) return normalised(vector);
  return normalised(vector.map((x, i) => x - (centre[i] as number)));
}
