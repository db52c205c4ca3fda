import { stat } from 'node:fs/promises';
import { SoutuError } from '../../core/errors.ts';
import { collect } from './collect.ts';
import type { Catalogue } from './entry.ts';
import { folderSource } from './folder/folder.ts';
import { jsonCatalogue } from './json-catalogue.ts';
import type { CatalogueSource } from './source.ts';

export interface SourceOptions {
  /** The real path of a folder below that of the photos, which is left out. */
  readonly except?: string;
}

/**
 * @param path a folder of photos or a `catalogue.json`
 * @throws SoutuError `CatalogueError`
 */
export async function readCatalogue(path: string, options: SourceOptions = {}): Promise<Catalogue> {
  return collect(await openSource(path, options));
}

async function openSource(path: string, { except }: SourceOptions): Promise<CatalogueSource> {
  const found = await stat(path).catch(() => null);
  if (!found) {
    throw new SoutuError(
      'CatalogueError',
      `${path}: no such file or folder; expected a folder of photos or a catalogue.json.`,
    );
  }
  return found.isDirectory() ? folderSource(path, except) : jsonCatalogue(path);
}
