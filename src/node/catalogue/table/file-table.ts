import { readBytes } from '../read-bytes.ts';
import type { CatalogueSource } from '../source.ts';
import type { ColumnMap } from './column-map.ts';
import { parseNdjson } from './json-rows.ts';
import { parseSeparated } from './separated.ts';
import { tableSource } from './table-source.ts';

/**
 * @param isNdjson whether each line is an object in JSON; else the file is CSV or TSV
 * @throws SoutuError `CatalogueError` that names the column or the row
 */
export async function fileTable(
  path: string,
  map: ColumnMap,
  isNdjson: boolean,
): Promise<CatalogueSource> {
  const parse = isNdjson ? parseNdjson : parseSeparated;
  return tableSource(parse(await readBytes(path), path), map, path);
}
