/**
 * Similar items of one item, from the lists that the build has computed. It downloads the manifest, a file with the
 * lists, and the data of the items that it returns: no model, no index and no worker.
 */
import { bundleFile, bundleUrl } from '../../browser/bundle-url.ts';
import { readColumns, readPlaces } from '../../core/bundle/columns.ts';
import { readDetails } from '../../core/bundle/details.ts';
import type { RowFile } from '../../core/bundle/row-files.ts';
import { similarRows } from '../../core/bundle/similar.ts';
import { ABOVE_ZERO, checkRecord, isText, type RulesFor } from '../../core/check-record.ts';
import { MissingFileError } from '../../core/errors.ts';
import type { FileRef } from '../../core/file-ref.ts';
import type { IndexedItem, ItemDetails } from '../../core/item.ts';
import { loadScript } from '../../core/load-script.ts';
import type { BlockSet } from '../../core/parts/block-set.ts';
import { fetchFile, fetchJson } from './fetch-file.ts';
import { parseReleaseFor, type SimilarRelease } from './similar-release.ts';

export interface SimilarItemsOptions {
  /** URL of the bundle's folder, relative to the page. */
  readonly bundle: string;
  /** Id of an item of the bundle. */
  readonly id: string;
  /** Number of items, up to 12, of which a bundle has no more; default 12. */
  readonly size?: number;
  readonly signal?: AbortSignal;
}

const RULES: RulesFor<SimilarItemsOptions> = {
  bundle: [(value) => isText(value) && value !== '', "the URL of the bundle's folder"],
  id: [(value) => isText(value) && value !== '', 'the id of an item'],
  size: ABOVE_ZERO,
  signal: [(value) => value instanceof AbortSignal, 'an AbortSignal'],
};

/** One manifest for all rows of a page; a failed download is not cached. */
const releases = new Map<string, Promise<SimilarRelease>>();

/**
 * Best first, one item per group, without the item's own group.
 * @returns null if the bundle does not have the item, or was built without similar items
 * @throws SoutuError `UsageError`, `NetworkError` or `BundleError`; the signal's reason
 */
export async function similarItems(options: SimilarItemsOptions): Promise<IndexedItem[] | null> {
  checkRecord(options, RULES, 'Similar option');
  const bundle = bundleUrl(options.bundle, document.baseURI);
  try {
    return await find(bundle, options);
  } catch (error) {
    // A new release was published since the manifest was read; its manifest references other files.
    if (!(error instanceof MissingFileError)) throw error;
    releases.delete(bundle);
    return find(bundle, options);
  }
}

async function find(
  bundle: string,
  { id, size = 12, signal }: SimilarItemsOptions,
): Promise<IndexedItem[] | null> {
  const { count, similar, columns, details, placed } = await releaseOf(bundle);
  signal?.throwIfAborted();
  const found =
    similar && (await similarRows(similar, id, count, (file) => fetchFile(bundle, file, signal)));
  if (!found) return null;
  const rows = found.slice(0, size);
  const [search, display] = await Promise.all([
    readRows(bundle, columns, rows, readColumns, signal),
    placed
      ? placedDetails(bundle, columns, placed, rows, signal)
      : readRows(bundle, details, rows, readDetails, signal),
  ]);
  return rows.map((row) => ({ ...search.get(row), ...display.get(row) }) as IndexedItem);
}

function releaseOf(bundle: string): Promise<SimilarRelease> {
  const known = releases.get(bundle);
  if (known) return known;
  const url = bundleFile(bundle, 'manifest.json');
  const release = fetchJson(url).then((raw) => parseReleaseFor(raw, url));
  releases.set(bundle, release);
  release.catch(() => releases.delete(bundle));
  return release;
}

/** Reads the details of an index in parts. They are stored by position, and the columns give the positions of rows. */
async function placedDetails(
  bundle: string,
  columns: readonly RowFile[],
  sets: readonly BlockSet[],
  rows: readonly number[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<number, ItemDetails>> {
  const [{ RowsByPosition }, positions] = await Promise.all([
    loadScript(import('../../core/parts/rows-by-position.ts')),
    readRows(bundle, columns, rows, readPlaces, signal),
  ]);
  const read = (ref: FileRef) => fetchFile(bundle, ref, signal);
  const source = { role: 'details', sets, read, decode: readDetails, where: bundle } as const;
  const found = await new RowsByPosition(source).at(
    rows.map((row) => positions.get(row) as number),
  );
  return new Map(rows.map((row, i) => [row, found[i] as ItemDetails]));
}

/** Downloads only the files with these rows. */
async function readRows<Data>(
  bundle: string,
  files: readonly RowFile[],
  rows: readonly number[],
  read: (file: Uint8Array, rows: number, where: string) => readonly Data[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<number, Data>> {
  const found = new Map<number, Data>();
  const needed = files
    .map((file) => ({
      file,
      inside: rows.filter((row) => row >= file.first && row < file.first + file.rows),
    }))
    .filter(({ inside }) => inside.length > 0);
  await Promise.all(
    needed.map(async ({ file, inside }) => {
      const bytes = await fetchFile(bundle, file, signal);
      const all = read(bytes, file.rows, file.file);
      for (const row of inside) found.set(row, all[row - file.first] as Data);
    }),
  );
  return found;
}
