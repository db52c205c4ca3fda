/** Marks the items that show a copy of another one's picture. */
import { FINGERPRINT_BYTES } from '../../../core/image/hash-distance.ts';
import type { IndexedItem } from '../../../core/item.ts';
import { decodeBase64 } from '../../../core/text.ts';
import { findCopies } from './find-copies.ts';

export interface MarkedItems {
  /** All items; copies have the id of their first item. */
  readonly items: readonly IndexedItem[];
  /** The ids of items with one picture, a list for each such picture. */
  readonly copies: readonly (readonly string[])[];
  /** Whether all copies were found; very many nearly equal pictures take too long. */
  readonly isComplete: boolean;
}

/**
 * @param items sorted by id
 * @param prints the fingerprint of each item's picture, in base64
 */
export function markCopies(items: readonly IndexedItem[], prints: readonly string[]): MarkedItems {
  const fingerprints = new Uint8Array(prints.length * FINGERPRINT_BYTES);
  prints.forEach((print, row) => {
    fingerprints.set(decodeBase64(print), row * FINGERPRINT_BYTES);
  });
  const { sets, isComplete } = findCopies(fingerprints);
  const idOf = (row: number) => (items[row] as IndexedItem).id;
  const firsts = new Map(
    sets.flatMap(([first = 0, ...others]) => others.map((row) => [row, idOf(first)] as const)),
  );
  return {
    items: items.map((item, row) => {
      const first = firsts.get(row);
      return first === undefined ? item : { ...item, copyOf: first };
    }),
    copies: sets.map((set) => set.map(idOf)),
    isComplete,
  };
}
