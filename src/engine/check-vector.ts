import { SoutuError } from '../core/errors.ts';

/** @throws SoutuError `UsageError` for a vector that cannot be an embedding */
export function checkVector(vector: Float32Array, dimension: number): Float32Array {
  if (vector.length !== dimension) {
    throw new SoutuError(
      'UsageError',
      `The query vector has ${vector.length} numbers, this bundle's model gives ${dimension}. ` +
        'Embed the query with the same model.',
    );
  }
  const bad = vector.findIndex((x) => !Number.isFinite(x));
  if (bad >= 0) {
    throw new SoutuError('UsageError', `Number ${bad} of the query vector is ${vector[bad]}.`);
  }
  return vector;
}
