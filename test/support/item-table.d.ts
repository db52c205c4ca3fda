import type { IndexedItem } from '../../src/core/item.ts';
import { type ItemTable } from '../../src/core/search/item-table.ts';
/** Whole items in memory. */
export declare function tableOf(items: readonly IndexedItem[]): ItemTable;
