/**
 * The most similar items of each item, found at build time, so that a product page can show them without a model or
 * an index. A JSON file of kind `similar` has a range of rows:
 *
 *     { "id":      ["a", "b"],
 *       "similar": [[17, 4, 210], [4]] }      rows of the most similar items, best first; one per group
 *
 * An item's own group is omitted. All these files change with each release, because the entries are row numbers: about
 * 66 bytes per item, 25 with brotli.
 */
import { describe } from '../describe.ts';
import { SoutuError } from '../errors.ts';
import type { SearchItem } from '../item.ts';
import { encodeUtf8 } from '../text.ts';
import { isColumn, readJsonObject } from './columns.ts';
import { checkRowFiles, encodeRows, type RowBytes, type RowFile } from './row-files.ts';

/** Similar items per item in a bundle: more than fit on a screen. */
export const SIMILAR_ITEMS = 12;

export interface SimilarRow {
  readonly row: number;
  /** Cosine similarity, −1…1. */
  readonly score: number;
}

/** Most rows per file: a product page downloads one file. */
export const SIMILAR_FILE_ROWS = 512;

/** A file, found by id: it has the items from `firstId` to the next file's. */
export interface SimilarFile extends RowFile {
  readonly firstId: string;
}

/**
 * @param items sorted by id
 * @param similar for each item, best first
 */
export function writeSimilar(
  items: readonly SearchItem[],
  similar: readonly (readonly SimilarRow[])[],
  ranges: readonly (readonly [first: number, end: number])[],
  maxBytes?: number,
): RowBytes[] {
  const encode = (first: number, end: number) => {
    const columns = {
      id: items.slice(first, end).map(({ id }) => id),
      similar: similar
        .slice(first, end)
        .map((list) => list.slice(0, SIMILAR_ITEMS).map(({ row }) => row)),
    };
    return encodeUtf8(`${JSON.stringify(columns)}\n`);
  };
  return encodeRows(ranges, encode, maxBytes);
}

/**
 * Reads the similar items of one item.
 * @param count items in the bundle
 * @param where the file's name, for errors
 * @returns their rows, best first; null if the file does not have the item
 * @throws SoutuError `BundleError`
 */
export function readSimilar(
  file: Uint8Array,
  { rows }: RowFile,
  id: string,
  count: number,
  where: string,
): readonly number[] | null {
  const bad = (what: string): never => {
    throw new SoutuError('BundleError', `${where}: ${what} Build the bundle again.`);
  };
  const { id: ids, similar } = readJsonObject(file, where);
  if (!isColumn(ids, rows, (one) => typeof one === 'string')) {
    return bad(`"id" must be a list of ${rows} texts.`);
  }
  if (!isColumn(similar, rows, Array.isArray)) {
    return bad(`"similar" must be a list of ${rows} lists of rows.`);
  }
  const at = ids.indexOf(id);
  if (at < 0) return null;
  const found = similar[at] as readonly unknown[];
  found.forEach((row, i) => {
    const isRow = Number.isInteger(row) && (row as number) >= 0 && (row as number) < count;
    if (!isRow)
      bad(`"similar[${at}][${i}]" must be a row of ${count} items, got ${describe(row)}.`);
  });
  return found as readonly number[];
}

/** The file that has the item, if the bundle has it at all. */
export function similarFileOf(files: readonly SimilarFile[], id: string): SimilarFile | undefined {
  return files.findLast(({ firstId }) => firstId <= id);
}

/**
 * Checks the list in a manifest.
 * @param bad throws an error about the manifest
 */
export function checkSimilar(value: unknown, count: number, bad: (what: string) => never): void {
  if (value === undefined) return;
  const files = checkRowFiles('items.similar', value, count, bad) as readonly SimilarFile[];
  files.forEach(({ firstId }, i) => {
    const before = files[i - 1];
    if (typeof firstId === 'string' && (before === undefined || before.firstId < firstId)) return;
    bad(
      `"items.similar[${i}].firstId" must be a text after those before it, got ${describe(firstId)}.`,
    );
  });
}
