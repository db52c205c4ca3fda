import type { IndexedItem } from '../../src/core/item.ts';
import { createItemTable, type ItemTable } from '../../src/core/search/item-table.ts';

/** Whole items in memory. */
export function tableOf(items: readonly IndexedItem[]): ItemTable {
  return createItemTable(items, async (rows) => rows.map((row) => items[row] as IndexedItem));
}
