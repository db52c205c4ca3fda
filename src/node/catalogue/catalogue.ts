import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { SoutuError } from '../../core/errors.ts';
import { collect } from './collect.ts';
import { isDatabaseAddress } from './database/address.ts';
import type { DatabaseOptions } from './database/options.ts';
import type { Catalogue } from './entry.ts';
import { headOf, isMarkup, isSqlite, refuseWorkbook } from './file-head.ts';
import { folderSource } from './folder/folder.ts';
import type { IiifOptions } from './iiif/iiif-source.ts';
import { jsonCatalogue } from './json-catalogue.ts';
import { checkPhotoBase, isRemote } from './photo-path.ts';
import type { SiteOptions } from './site/site-source.ts';
import type { CatalogueSource } from './source.ts';
import type { TableOptions } from './table/options.ts';

export interface SourceOptions extends TableOptions, DatabaseOptions, IiifOptions {
  /** The path is that of a built site, whose pages are read. */
  readonly site?: Pick<SiteOptions, 'siteUrl'>;
  /** The real path of a folder below that of the photos, which is left out. */
  readonly except?: string;
}

/** What a table may be called. Other files are catalogues in JSON. */
const SEPARATED = ['.csv', '.tsv', '.tab', '.txt'];
const NDJSON = ['.ndjson', '.jsonl'];

/**
 * @param path a folder of photos, a `catalogue.json`, a table, a feed or a sitemap, a list of URLs, or the address of a
 * database
 * @throws SoutuError `CatalogueError`; `UsageError` if the map is for another kind of source
 */
export async function readCatalogue(path: string, options: SourceOptions = {}): Promise<Catalogue> {
  return collect(await openSource(path, options));
}

/** Reads what a source says about itself, not yet its items. */
export async function openSource(path: string, options: SourceOptions): Promise<CatalogueSource> {
  if (options.site) {
    const { openSite } = await import('./site/site-source.ts');
    return openSite(path, { ...options.site, except: options.except });
  }
  if (options.photoBase !== undefined) checkPhotoBase(options.photoBase);
  if (isDatabaseAddress(path)) {
    const { openDatabase } = await import('./database/open-database.ts');
    return openDatabase(path, options);
  }
  if (isRemote(path)) {
    refuseSecrets(path);
    const { map, photoBase, query, ...iiif } = options;
    const flag = map ? '--map' : photoBase ? '--photo-base' : query ? '--query' : null;
    if (flag !== null) {
      throw new SoutuError(
        'UsageError',
        `${flag} is for tables and files, but ${path} is a URL, from which only IIIF is read. Leave it out.`,
      );
    }
    const { openIiif } = await import('./iiif/iiif-source.ts');
    return openIiif(path, iiif);
  }
  // It may hold a password, so it is not quoted.
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path)) {
    throw new SoutuError(
      'UsageError',
      'PHOTOS is a URL of an unknown kind. Expected a path, IIIF at https://, or a database: mysql://, mariadb://, ' +
        'postgres://, postgresql:// or sqlite:FILE.',
    );
  }
  const found = await stat(path).catch(() => null);
  if (!found) {
    throw new SoutuError(
      'CatalogueError',
      `${path}: no such file or folder; expected a folder of photos, a catalogue.json, a table (CSV, TSV, NDJSON), a feed, a list of URLs or a database.`,
    );
  }
  const head = found.isFile() ? await headOf(path) : Buffer.alloc(0);
  if (isSqlite(head)) {
    const { openDatabase } = await import('./database/open-database.ts');
    return openDatabase(`sqlite:${path}`, options);
  }
  if (options.query !== undefined) {
    throw new SoutuError(
      'UsageError',
      `--query is for a database, but ${path} is not one. Expected mysql://..., postgres://... or sqlite:FILE.`,
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
  refuseWorkbook(head, path);
  // Readers are loaded when needed, as most catalogues are folders.
  const extension = extname(path).toLowerCase();
  if (isMarkup(head) || extension === '.txt') {
    const { openFeed } = await import('./feed/open-feed.ts');
    const feed = await openFeed(path, isMarkup(head), options);
    if (feed) return feed;
  }
  if (SEPARATED.includes(extension) || NDJSON.includes(extension)) {
    const { fileTable } = await import('./table/file-table.ts');
    return fileTable(path, options, NDJSON.includes(extension));
  }
  return jsonCatalogue(path, options);
}

/** The address is in messages and in the report. */
function refuseSecrets(address: string): void {
  const { username, password, host } = new URL(address);
  if (username === '' && password === '') return;
  throw new SoutuError(
    'UsageError',
    `The URL at ${host} has a user name or password, which would be published. Save the document as a file, and give that.`,
  );
}
