/** What the first bytes of a file say about it. */
import { open } from 'node:fs/promises';
import { extname } from 'node:path';
import { SoutuError } from '../../core/errors.ts';

const HEAD_BYTES = 512;

/** @returns the first bytes; none if the file cannot be opened, which its reader reports */
export async function headOf(path: string): Promise<Buffer> {
  const file = await open(path).catch(() => null);
  if (file === null) return Buffer.alloc(0);
  try {
    // A pipe cannot be read twice: its reader gets all of it.
    if (!(await file.stat()).isFile()) return Buffer.alloc(0);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Whether it begins with a tag, after a byte order mark and spaces; in UTF-16, too. */
export function isMarkup(head: Buffer): boolean {
  const text = head.toString('latin1').replaceAll('\0', '');
  return /^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*</.test(text);
}

/** Whether it is a database of SQLite (sqlite.org/fileformat.html). */
export function isSqlite(head: Buffer): boolean {
  return head.toString('latin1', 0, 16) === 'SQLite format 3\0';
}

/** The first bytes of ZIP (.xlsx, .ods, .numbers) and of the older compound file (.xls). */
const WORKBOOKS = ['504b0304', 'd0cf11e0'];

/**
 * Refuses the files of spreadsheet programs, which hold more than one table, and ZIP archives.
 * @throws SoutuError `CatalogueError` that says how to save a workbook as a table
 */
export function refuseWorkbook(head: Buffer, path: string): void {
  if (!WORKBOOKS.includes(head.subarray(0, 4).toString('hex'))) return;
  throw new SoutuError(
    'CatalogueError',
    extname(path).toLowerCase() === '.zip'
      ? `${path}: is a ZIP archive. Unpack it, and give the folder of photos or the table in it.`
      : `${path}: is a workbook of a spreadsheet program. Save the sheet with the products as CSV and give that file ` +
          'instead. Excel: File > Save As > "CSV UTF-8 (Comma delimited)". LibreOffice: File > Save As > "Text CSV". ' +
          'Google Sheets: File > Download > "Comma-separated values". Numbers: File > Export To > "CSV".',
  );
}
