import type { CatalogueHead, CatalogueSource } from '../source.ts';
import { hasUsualColumns } from './assign-columns.ts';
import type { ColumnMap } from './column-map.ts';
import { tableOfList } from './json-rows.ts';
import { tableSource } from './table-source.ts';

/**
 * A list in JSON as a table.
 * @returns null if there is no map and the fields of the rows have none of the usual names
 * @throws SoutuError `CatalogueError` that names the column or the item
 */
export function jsonTable(
  rows: readonly unknown[],
  map: ColumnMap | undefined,
  path: string,
  head: CatalogueHead,
): CatalogueSource | null {
  const table = tableOfList(rows, path);
  if (map === undefined && !hasUsualColumns(table)) return null;
  return tableSource(table, map ?? {}, path, head);
}
