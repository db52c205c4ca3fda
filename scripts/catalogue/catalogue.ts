import { stat } from 'node:fs/promises';
import { SoutuError } from '../../src/core/errors.ts';
import type { Item } from '../../src/core/item.ts';
import { readFolder } from './folder.ts';
import { readTable } from './table.ts';

/** One photo to be indexed: what the page will know of it, and where its file lies. */
export interface Entry {
  readonly item: Item;
  readonly path: string;
}

export interface Catalogue {
  readonly title: string | null;
  readonly entries: readonly Entry[];
  /** What the owner should know, a line each. */
  readonly warnings: readonly string[];
}

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
