import { readFile } from 'node:fs/promises';
import { messageOf, SoutuError } from '../../core/errors.ts';

/** @throws SoutuError `CatalogueError` */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const message = `${path}: cannot be read (${messageOf(error)}).`;
    throw new SoutuError('CatalogueError', message, { cause: error });
  }
}
