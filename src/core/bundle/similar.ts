/**
 * The most similar items of each item, found at build time, so that a product page can show them without a model or
 * an index. A JSON file of kind `similar` has a range of rows:
 *
 *     { "id":      ["a", "b"],
 *       "similar": [[17, 4, 210], [4]] }      rows of the most similar items, best first; one per group
 *
 * An item's own group is omitted. About 66 bytes per item, 25 with brotli.
 *
 * One more item is among the most similar of a dozen others, which are in different files. So that these need not
 * change, the manifest says what has changed since they were written, as long as that is little:
 *
 *     { "files": […],
 *       "edits": { "count", "removed", "added",      see "Edited rows"; rows in the files are rows then
 *                  "ids": ["c"],                     the ids of the added rows
 *                  "lists": [[5, 0, 2, 3, 9]] } }    in the list of row 5, insert row 2 at 0, then row 9 at 3
 *
 * All rows in `lists` are rows now. The list of an added row begins empty, and a list ends after 12 entries.
 */
import { describe } from '../describe.ts';
import { SoutuError } from '../errors.ts';
import type { SearchItem } from '../item.ts';
import { encodeUtf8 } from '../text.ts';
import { isColumn, readJsonObject } from './columns.ts';
import { checkEdits, type RowEdits, rowsNow } from './row-edits.ts';
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

/** What has changed since the files were written. */
export interface SimilarEdits extends RowEdits {
  readonly ids: readonly string[];
  /** Row, then pairs of a position and the row to insert there. */
  readonly lists: readonly (readonly number[])[];
}

/** The similar items in a manifest. */
export interface Similar {
  readonly files: readonly SimilarFile[];
  readonly edits?: SimilarEdits;
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
      similar: similar.slice(first, end).map(storedRows),
    };
    return encodeUtf8(`${JSON.stringify(columns)}\n`);
  };
  return encodeRows(ranges, encode, maxBytes);
}

/** The rows of a list, as many as a bundle stores. */
export function storedRows(list: readonly SimilarRow[]): number[] {
  return list.slice(0, SIMILAR_ITEMS).map(({ row }) => row);
}

/** The lists of one file, by id. */
export interface SimilarLists {
  readonly ids: readonly string[];
  readonly similar: readonly (readonly unknown[])[];
}

/**
 * Reads one file. The rows in its lists are not checked.
 * @param where the file's name, for errors
 * @throws SoutuError `BundleError`
 */
export function readSimilarFile(file: Uint8Array, rows: number, where: string): SimilarLists {
  const bad = badFile(where);
  const { id: ids, similar } = readJsonObject(file, where);
  if (!isColumn(ids, rows, (one) => typeof one === 'string')) {
    return bad(`"id" must be a list of ${rows} texts.`);
  }
  if (!isColumn(similar, rows, Array.isArray)) {
    return bad(`"similar" must be a list of ${rows} lists of rows.`);
  }
  return { ids: ids as readonly string[], similar: similar as readonly unknown[][] };
}

/**
 * Finds the similar items of one item, in one file at most.
 * @param count items in the bundle
 * @param read reads a file of the bundle
 * @returns their rows, best first; null if the bundle does not have the item
 * @throws SoutuError `BundleError`; errors of `read`
 */
export async function similarRows(
  { files, edits }: Similar,
  id: string,
  count: number,
  read: (file: SimilarFile) => Promise<Uint8Array>,
): Promise<readonly number[] | null> {
  const added = edits ? edits.ids.indexOf(id) : -1;
  if (edits && added >= 0) return edited([], edits.added[added] as number, edits);
  // The file that has the item, if the bundle has it at all.
  const file = files.findLast(({ firstId }) => firstId <= id);
  if (!file) return null;
  const { ids, similar } = readSimilarFile(await read(file), file.rows, file.file);
  const at = ids.indexOf(id);
  if (at < 0) return null;
  const list = checkedRows(similar[at] as unknown[], at, edits?.count ?? count, file.file);
  if (!edits) return list;
  const now = rowsNow(edits);
  const own = now[file.first + at] as number;
  if (own < 0) return null;
  const rows = list.map((row) => now[row] as number).filter((row) => row >= 0);
  return edited(rows, own, edits);
}

function edited(rows: readonly number[], own: number, { lists }: SimilarEdits): number[] {
  const list = [...rows];
  const [, ...changes] = lists.find(([row]) => row === own) ?? [own];
  for (let i = 0; i < changes.length; i += 2) {
    list.splice(changes[i] as number, 0, changes[i + 1] as number);
  }
  return list.slice(0, SIMILAR_ITEMS);
}

function checkedRows(
  list: readonly unknown[],
  at: number,
  count: number,
  where: string,
): readonly number[] {
  list.forEach((row, i) => {
    if (isRow(row, count)) return;
    badFile(where)(`"similar[${at}][${i}]" must be a row of ${count} items, got ${describe(row)}.`);
  });
  return list as readonly number[];
}

function badFile(where: string): (what: string) => never {
  return (what) => {
    throw new SoutuError('BundleError', `${where}: ${what} Build the bundle again.`);
  };
}

function isRow(row: unknown, count: number): row is number {
  return Number.isInteger(row) && (row as number) >= 0 && (row as number) < count;
}

/**
 * Checks the similar items in a manifest.
 * @param bad throws an error about the manifest
 */
export function checkSimilar(value: unknown, count: number, bad: (what: string) => never): void {
  if (value === undefined) return;
  const { files, edits } = (value ?? {}) as Partial<Record<keyof Similar, unknown>>;
  if (edits !== undefined) checkSimilarEdits(edits as SimilarEdits, count, bad);
  const field = 'items.similar.files';
  const [rows, countField] = edits
    ? [(edits as SimilarEdits).count, 'items.similar.edits.count']
    : [count, 'items.count'];
  const checked = checkRowFiles(field, files, rows, bad, countField) as readonly SimilarFile[];
  checked.forEach(({ firstId }, i) => {
    const before = checked[i - 1];
    if (typeof firstId === 'string' && (before === undefined || before.firstId < firstId)) return;
    bad(`"${field}[${i}].firstId" must be a text after those before it, got ${describe(firstId)}.`);
  });
}

function checkSimilarEdits(edits: SimilarEdits, count: number, bad: (what: string) => never): void {
  const field = 'items.similar.edits';
  const { added } = checkEdits(field, edits, count, bad);
  const { ids, lists }: Partial<SimilarEdits> = edits;
  if (!isColumn(ids, added.length, (id) => typeof id === 'string')) {
    bad(`"${field}.ids" must be a list of ${added.length} texts, got ${describe(ids)}.`);
  }
  if (!Array.isArray(lists)) bad(`"${field}.lists" must be a list, got ${describe(lists)}.`);
  lists.forEach((list: unknown, i) => {
    const isList =
      Array.isArray(list) &&
      list.length % 2 === 1 &&
      list.every((one, at) => isRow(one, at % 2 === 1 ? SIMILAR_ITEMS : count));
    if (isList) return;
    bad(
      `"${field}.lists[${i}]" must be a row and pairs of a position and a row, got ${describe(list)}.`,
    );
  });
}
