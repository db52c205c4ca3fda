import { stat } from 'node:fs/promises';
import { SoutuError } from '../../core/errors.ts';
import type { Catalogue } from './entry.ts';
import { readFolder } from './folder.ts';
import { readTable } from './table.ts';

/**
 * @param path a folder of photos or a `catalogue.json`
 * @param except a folder below it that is left out
 * @throws SoutuError `CatalogueError`
 */
export async function readCatalogue(path: string, except?: string): Promise<Catalogue> {
  const found = await stat(path).catch(() => null);
  if (!found) {
    throw new SoutuError(
      'CatalogueError',
      `${path}: no such file or folder; expected a folder of photos or a catalogue.json.`,
    );
  }
  return found.isDirectory() ? readFolder(path, except) : readTable(path);
}
