import type { CatalogueHead, CatalogueSource } from '../source.ts';
import { hasUsualColumns } from './assign-columns.ts';
import { tableOfList } from './json-rows.ts';
import type { TableOptions } from './options.ts';
import { tableSource } from './table-source.ts';

/**
 * A list in JSON as a table.
 * @returns null if there is no map and the fields of the rows have none of the usual names
 * @throws SoutuError `CatalogueError` that names the column or the item
 */
export function jsonTable(
  rows: readonly unknown[],
  options: TableOptions,
  path: string,
  head: CatalogueHead,
): CatalogueSource | null {
  const table = tableOfList(rows, path);
  if (options.map === undefined && !hasUsualColumns(table)) return null;
  return tableSource(table, options, path, { head });
}
