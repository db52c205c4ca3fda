import { readFile } from 'node:fs/promises';
import { SoutuError } from '../../core/errors.ts';

/**
 * A file of the same name may be the owner's own: a shop's start page, an app's manifest.
 * @param mark text that every such file of ours contains; null if none in this place can be ours
 * @throws SoutuError `OutputError` where a file is there that does not hold it
 */
export async function refuseForeign(path: string, mark: string | null): Promise<void> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw new SoutuError('OutputError', `${path}: cannot be read (${error.message}).`, {
      cause: error,
    });
  });
  if (text === null || text.trim() === '' || (mark !== null && text.includes(mark))) return;
  throw new SoutuError(
    'OutputError',
    `${path}: there already, and not made by Soutu; it is not overwritten. Choose another --out, or move ` +
      'the file away.',
  );
}
