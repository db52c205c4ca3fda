import { feedSource } from '../feed/feed-source.ts';
import { readShopTable } from '../feed/shop-tables.ts';
import { readBytes } from '../read-bytes.ts';
import type { CatalogueSource } from '../source.ts';
import { parseNdjson } from './json-rows.ts';
import type { TableOptions } from './options.ts';
import { parseSeparated } from './separated.ts';
import { tableSource } from './table-source.ts';

/**
 * @param isNdjson whether each line is an object in JSON; else the file is CSV or TSV
 * @throws SoutuError `CatalogueError` that names the column or the row
 */
export async function fileTable(
  path: string,
  options: TableOptions,
  isNdjson: boolean,
): Promise<CatalogueSource> {
  const parse = isNdjson ? parseNdjson : parseSeparated;
  const table = parse(await readBytes(path), path);
  const shop = options.map === undefined && !isNdjson ? readShopTable(table) : null;
  if (shop) return feedSource(shop.records, shop.kind, path, options.photoBase);
  return tableSource(table, options, path);
}
