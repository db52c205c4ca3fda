import { SoutuError } from '../../../core/errors.ts';
import { readBytes } from '../read-bytes.ts';
import type { CatalogueSource } from '../source.ts';
import type { TableOptions } from '../table/options.ts';
import { feedSource } from './feed-source.ts';
import { readUrlList } from './url-list.ts';
import { readXmlFeed } from './xml-feeds.ts';

/**
 * @param isXml whether the file begins like XML; else it may be a list of URLs
 * @returns null if it is no such list
 * @throws SoutuError `CatalogueError` that names the line; `UsageError` if there is a map of columns
 */
export async function openFeed(
  path: string,
  isXml: boolean,
  { map, photoBase }: TableOptions,
): Promise<CatalogueSource | null> {
  const bytes = await readBytes(path);
  const list = isXml ? null : readUrlList(bytes, path);
  if (!isXml && list === null) return null;
  if (map !== undefined) {
    const what = `--map names columns of a table, but ${path} is ${isXml ? 'XML' : 'a list of URLs'}. Leave it out.`;
    throw new SoutuError('UsageError', what);
  }
  if (list) return feedSource(list, 'a list of URLs', path, photoBase);
  const { kind, records } = readXmlFeed(bytes, path);
  return feedSource(records, kind, path, photoBase);
}
