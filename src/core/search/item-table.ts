import type { Filter } from '../contract.ts';
import { groupOf, type IndexedItem, type ItemDetails, type SearchItem } from '../item.ts';
import { ownEntry } from '../own-entry.ts';
import { facetsOf } from './facets.ts';
import { hasConditions, matcher, type Row } from './filter.ts';

/** Rows that match a filter. */
export interface Matches {
  /** 1 for each row that matches, else 0. */
  readonly accepts: Uint8Array;
  readonly count: number;
}

/** The items of an index, by row. */
export interface ItemTable {
  readonly count: number;
  row(index: number): Row;
  /** The row of an id, −1 if there is none. */
  indexOf(id: string): number;
  /** The rows that match; null if the filter has no conditions. Computed once per filter object. */
  matching(filter: Filter): Matches | null;
  /** The attributes that divide the catalogue (`facets: ['*']`). */
  facets(): readonly string[];
  /** What pages display of these rows. */
  items(ids: readonly string[]): Promise<readonly IndexedItem[]>;
}

export function rowOf(item: SearchItem): Row {
  const { attributes } = item;
  return {
    id: item.id,
    group: groupOf(item),
    attribute: (name) => attributes && ownEntry(attributes, name),
  };
}

/**
 * @param items sorted by id, as bundles hold them
 * @param detailsOf loads what pages display of these rows
 */
export function createItemTable(
  items: readonly SearchItem[],
  detailsOf: (rows: readonly number[]) => Promise<readonly ItemDetails[]>,
): ItemTable {
  const itemAt = (index: number) => items[index] as SearchItem;
  const row = (index: number) => rowOf(itemAt(index));
  const indexOf = (id: string): number => {
    let low = 0;
    let high = items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (itemAt(middle).id < id) low = middle + 1;
      else high = middle;
    }
    return items[low]?.id === id ? low : -1;
  };
  const known = new WeakMap<Filter, Matches>();
  let allFacets: readonly string[] | null = null;
  return {
    count: items.length,
    row,
    indexOf,
    matching(filter) {
      if (!hasConditions(filter)) return null;
      let matches = known.get(filter);
      if (!matches) {
        matches = findMatches(filter, items.length, row);
        known.set(filter, matches);
      }
      return matches;
    },
    facets() {
      allFacets ??= facetsOf(items);
      return allFacets;
    },
    async items(ids) {
      const rows = ids.map(indexOf);
      const details = await detailsOf(rows);
      return rows.map((index, i) => ({ ...itemAt(index), ...(details[i] as ItemDetails) }));
    },
  };
}

function findMatches(filter: Filter, rows: number, row: (index: number) => Row): Matches {
  const matches = matcher(filter);
  const accepts = new Uint8Array(rows);
  let count = 0;
  for (let index = 0; index < rows; index++) {
    if (!matches(row(index))) continue;
    accepts[index] = 1;
    count++;
  }
  return { accepts, count };
}
