import { SoutuError } from '../core/errors.ts';
import type { IndexedItem } from '../core/item.ts';

/** @throws SoutuError `UsageError` for a vector that no photo can give */
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

/**
 * Binary search: a bundle's items are sorted by id.
 * @throws SoutuError `UsageError` for an id that is not there
 */
export function rowOfId(items: readonly IndexedItem[], id: string): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((items[middle] as IndexedItem).id < id) low = middle + 1;
    else high = middle;
  }
  if (items[low]?.id !== id) {
    throw new SoutuError('UsageError', `No item has the id "${id}" in this bundle.`);
  }
  return low;
}
