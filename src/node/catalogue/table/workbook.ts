import { open } from 'node:fs/promises';
import { SoutuError } from '../../../core/errors.ts';

/** The first bytes of ZIP (.xlsx, .ods) and of the older compound file (.xls). */
const SIGNATURES = ['504b0304', 'd0cf11e0'];

/**
 * Refuses the files of spreadsheet programs, which hold more than one table.
 * @throws SoutuError `CatalogueError` that says how to save one
 */
export async function refuseWorkbook(path: string): Promise<void> {
  // What cannot be opened is refused by its reader.
  const file = await open(path).catch(() => null);
  if (file === null) return;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    if (!SIGNATURES.includes(buffer.subarray(0, bytesRead).toString('hex'))) return;
  } finally {
    await file.close();
  }
  throw new SoutuError(
    'CatalogueError',
    `${path}: is a workbook of a spreadsheet program. Save its sheet as "CSV UTF-8", and give that file.`,
  );
}
