import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SoutuError } from '../../core/errors.ts';

/** Free bytes for this user on the disk of an existing path; null if the file system does not say. */
export async function freeBytes(path: string): Promise<number | null> {
  const stats = await statfs(path).catch(() => null);
  if (!stats || stats.blocks === 0) return null;
  // Some blocks are reserved for root.
  return stats.bsize * (process.getuid?.() === 0 ? stats.bfree : stats.bavail);
}

/**
 * @param folder where the files go; it exists
 * @param needed bytes
 * @param need for the message: `the vectors need`
 * @throws SoutuError `OutputError` if fewer bytes are free
 */
export async function requireSpace(folder: string, needed: number, need: string): Promise<void> {
  const free = await freeBytes(folder);
  if (free !== null && free < needed) throw diskFull(folder, need, needed, free);
}

/** ENOSPC with the figures that the system leaves out; other errors as they are. */
export async function explainNoSpace(
  error: unknown,
  path: string,
  needed: number,
): Promise<unknown> {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EDQUOT') {
    return new SoutuError(
      'OutputError',
      `${path}: your disk quota is used up; this file needs ${bytes(needed)}. Free some space, or choose ` +
        'another folder with --out.',
      { cause: error },
    );
  }
  if (code !== 'ENOSPC') return error;
  return diskFull(path, 'this file needs', needed, await freeBytes(dirname(path)), error);
}

function diskFull(
  path: string,
  need: string,
  needed: number,
  free: number | null,
  cause?: unknown,
): SoutuError {
  const rest = free === null ? '' : `, ${bytes(free)} are free`;
  return new SoutuError(
    'OutputError',
    `${path}: the disk is full: ${need} ${bytes(needed)}${rest}. Free some space, or choose another folder ` +
      'with --out.',
    { cause },
  );
}

const bytes = (count: number): string => `${count.toLocaleString('en')} bytes`;
