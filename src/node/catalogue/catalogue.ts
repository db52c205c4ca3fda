import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { SoutuError } from '../../core/errors.ts';
import { collect } from './collect.ts';
import type { Catalogue } from './entry.ts';
import { folderSource } from './folder/folder.ts';
import { jsonCatalogue } from './json-catalogue.ts';
import type { CatalogueSource } from './source.ts';
import type { TableOptions } from './table/options.ts';
import { refuseWorkbook } from './table/workbook.ts';

export interface SourceOptions extends TableOptions {
  /** The real path of a folder below that of the photos, which is left out. */
  readonly except?: string;
}

/** What a table may be called. Other files are catalogues in JSON. */
const SEPARATED = ['.csv', '.tsv', '.tab', '.txt'];
const NDJSON = ['.ndjson', '.jsonl'];

/**
 * @param path a folder of photos, a `catalogue.json` or a table
 * @throws SoutuError `CatalogueError`; `UsageError` if the map is for another kind of source
 */
export async function readCatalogue(path: string, options: SourceOptions = {}): Promise<Catalogue> {
  return collect(await openSource(path, options));
}

/** Reads what a source says about itself, not yet its items. */
export async function openSource(path: string, options: SourceOptions): Promise<CatalogueSource> {
  const found = await stat(path).catch(() => null);
  if (!found) {
    throw new SoutuError(
      'CatalogueError',
      `${path}: no such file or folder; expected a folder of photos, a catalogue.json or a table (CSV, TSV, NDJSON).`,
    );
  }
  if (found.isDirectory()) {
    const { map, photoBase, except } = options;
    if (map === undefined && photoBase === undefined) return folderSource(path, except);
    throw new SoutuError(
      'UsageError',
      photoBase !== undefined
        ? `--photo-base is for images that a file lists, but ${path} is a folder. Leave it out.`
        : `--map names columns of a table, but ${path} is a folder. Give the file of the table, or leave --map out.`,
    );
  }
  const extension = extname(path).toLowerCase();
  if (SEPARATED.includes(extension) || NDJSON.includes(extension)) {
    // Loaded when needed, as most catalogues are folders.
    const { fileTable } = await import('./table/file-table.ts');
    return fileTable(path, options, NDJSON.includes(extension));
  }
  await refuseWorkbook(path);
  return jsonCatalogue(path, options);
}
