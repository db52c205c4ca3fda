/**
 * The vector of a query made of several, after Rocchio (1971, "Relevance feedback in information retrieval"; Manning,
 * Raghavan & Schütze 2008, 9.1.1): the sum of weight × unit vector, at unit length.
 */
import { SoutuError } from '../errors.ts';
import { normalised } from './arithmetic.ts';

export interface WeightedVector {
  /** Unit vector in the index's space. */
  readonly unit: Float32Array;
  readonly weight: number;
}

/** A sum this short, relative to the weights, is rounding. */
const ALMOST_NOTHING = 1e-5;

/**
 * @param parts at least one, all of one dimension
 * @throws SoutuError `UsageError` if the parts cancel each other out
 */
export function combined(parts: readonly WeightedVector[]): Float32Array<ArrayBuffer> {
  const sum = new Float64Array(parts[0]?.unit.length ?? 0);
  let weights = 0;
  for (const { unit, weight } of parts) {
    weights += Math.abs(weight);
    unit.forEach((x, i) => {
      sum[i] = (sum[i] as number) + weight * x;
    });
  }
  const length = Math.hypot(...sum);
  if (length < ALMOST_NOTHING * weights) {
    throw new SoutuError(
      'UsageError',
      'The parts of this query cancel each other out: their weighted sum is zero. Leave out a part, or change a weight.',
    );
  }
  return normalised(Float32Array.from(sum, (x) => x / length));
}
