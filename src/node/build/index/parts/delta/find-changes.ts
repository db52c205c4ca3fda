/** Finds the items of a catalogue that an index in parts has already, and their positions. */
import { checkedDetails } from '../../../../../core/bundle/details.ts';
import type { IndexedItem } from '../../../../../core/item.ts';
import type { PreviousRelease } from '../../../previous/previous-release.ts';

export interface Changes {
  /** The position of each row in the index; −1 for an added or changed item. */
  readonly positions: Int32Array;
  /** Rows of added and changed items, ascending. */
  readonly added: readonly number[];
  /** Positions of items that are gone or changed, ascending. */
  readonly removed: Uint32Array;
}

/**
 * @param base items of the index, without those of a delta
 * @param items sorted by id
 * @param plainOf the model's vector of a row in f16, as archives have it
 */
export async function findChanges(
  { bundle }: PreviousRelease,
  base: number,
  items: readonly IndexedItem[],
  plainOf: (row: number) => Uint16Array,
): Promise<Changes> {
  const rowOf = new Map(items.map(({ id }, row) => [id, row]));
  const [itemsBefore, places] = await Promise.all([bundle.items(), bundle.positions()]);
  const positions = new Int32Array(items.length).fill(-1);
  itemsBefore.forEach((item, i) => {
    const row = rowOf.get(item.id);
    const position = places[i] as number;
    if (row === undefined || position >= base) return;
    if (contentOf(item) === contentOf(items[row] as IndexedItem)) positions[row] = position;
  });
  for await (const { ids, halves } of bundle.archive()) {
    const dimension = halves.length / ids.length;
    ids.forEach((id, i) => {
      const row = rowOf.get(id);
      if (row === undefined || (positions[row] as number) < 0) return;
      const before = halves.subarray(i * dimension, (i + 1) * dimension);
      if (!plainOf(row).every((x, d) => x === before[d])) positions[row] = -1;
    });
  }
  const isThere = new Uint8Array(base);
  const added: number[] = [];
  positions.forEach((position, row) => {
    if (position >= 0) isThere[position] = 1;
    else added.push(row);
  });
  const gone = Array.from(isThere.keys()).filter((position) => isThere[position] === 0);
  return { positions, added, removed: Uint32Array.from(gone) };
}

/** All that files say of an item. The order of attributes does not matter. */
function contentOf({ id, group, copyOf, attributes = {}, ...details }: IndexedItem): string {
  const named = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([id, group, copyOf, named, checkedDetails(details)]);
}
