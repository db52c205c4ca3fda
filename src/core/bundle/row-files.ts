/**
 * Files with ranges of the catalogue's rows, sorted by id. The manifest records each file's range; the file itself
 * does not contain its position. Adding or removing an item therefore changes only the file with that row:
 *
 *     manifest   { file, bytes, sha256, first: 0,   rows: 210 }    vectors-6f….bin    rows 0 … 209
 *                { file, bytes, sha256, first: 210, rows: 187 }    vectors-c3….bin    rows 210 … 396
 */
import { describe } from '../describe.ts';
import { type FileRef, isFileRef } from '../file-ref.ts';

/** Maximum file size in a bundle. Hosts limit file sizes, the strictest to 25 MiB. */
export const MAX_FILE_BYTES = 20 << 20;

export interface RowFile extends FileRef {
  /** The first row of the file. The files of one kind are contiguous. */
  readonly first: number;
  readonly rows: number;
}

/** A file to be written. */
export interface RowBytes {
  readonly bytes: Uint8Array;
  readonly first: number;
  readonly rows: number;
}

/**
 * @param field name of the list, for errors
 * @param count rows of all files
 * @param bad throws an error about the manifest
 */
export function checkRowFiles(
  field: string,
  files: unknown,
  count: number,
  bad: (what: string) => never,
  countField = 'items.count',
): readonly RowFile[] {
  if (!Array.isArray(files) || files.length === 0) {
    return bad(
      `"${field}" must be a list of { file, bytes, sha256, first, rows }, got ${describe(files)}.`,
    );
  }
  let next = 0;
  files.forEach((file: RowFile, i) => {
    const at = `${field}[${i}]`;
    if (!isFileRef(file)) {
      bad(`"${at}" must be { file, bytes, sha256, first, rows }, got ${describe(file)}.`);
    }
    if (!Number.isSafeInteger(file.rows) || file.rows < 1) {
      bad(`"${at}.rows" must be a whole number above 0, got ${describe(file.rows)}.`);
    }
    if (file.first !== next) {
      bad(
        `"${at}.first" must be ${next}, where the rows before it end, got ${describe(file.first)}.`,
      );
    }
    next += file.rows;
  });
  if (next !== count) bad(`"${field}" ends at row ${next}, "${countField}" says ${count}.`);
  return files;
}

/**
 * Encodes ranges of rows. A range whose file would be too large is halved.
 * @param encode encodes rows `first` to `end`, `end` excluded
 */
export function encodeRows(
  ranges: readonly (readonly [first: number, end: number])[],
  encode: (first: number, end: number) => Uint8Array,
  maxBytes = MAX_FILE_BYTES,
): RowBytes[] {
  return ranges.flatMap(([first, end]): RowBytes[] => {
    const bytes = encode(first, end);
    if (bytes.length <= maxBytes || end - first === 1) return [{ bytes, first, rows: end - first }];
    const middle = (first + end) >> 1;
    return encodeRows(
      [
        [first, middle],
        [middle, end],
      ],
      encode,
      maxBytes,
    );
  });
}
