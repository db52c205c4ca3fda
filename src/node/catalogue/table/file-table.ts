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
  return tableSource(parse(await readBytes(path), path), options, path);
}
