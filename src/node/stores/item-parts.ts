import type { IndexedItem, ItemDetails, SearchItem } from '../../core/item.ts';
import type { Row } from '../../core/search/filter.ts';
import { rowOf } from '../../core/search/item-table.ts';

/** An item as two JSON texts: what every hit needs, and what only hits on the page need. */
export function splitItem(item: IndexedItem): { search: string; details: string } {
  const { group, copyOf, attributes } = item;
  const { image, title, url, links, thumb, thumbSize, thumbHash } = item;
  // Named one by one, which is several times as fast as a rest.
  const details = { image, title, url, links, thumb, thumbSize, thumbHash } satisfies {
    [Name in keyof Required<ItemDetails>]: ItemDetails[Name];
  };
  return {
    search: JSON.stringify({ group, copyOf, attributes }),
    details: JSON.stringify(details),
  };
}

export function joinItem(id: string, search: string, details: string): IndexedItem {
  return Object.assign({ id }, JSON.parse(search), JSON.parse(details));
}

/**
 * A row that an engine found, and its item if that came with it.
 * @param details null if the engine was not asked for them
 */
export function readRow(
  id: string,
  search: string,
  details: string | null,
): { readonly row: Row; readonly item: IndexedItem | null } {
  // Not by literals with spreads, which take several times as long: a service does this for every hit.
  const item: SearchItem = Object.assign({ id }, JSON.parse(search));
  const whole = details === null ? null : Object.assign({}, item, JSON.parse(details));
  return { row: rowOf(item), item: whole };
}
