/**
 * Writes files so that a reader, or a crash at any moment, finds the old content or the new, never a part:
 *
 *     1  PATH.PID.tmp is written and flushed to the disk (fsync)
 *     2  it is renamed to PATH
 *     3  the folder is flushed: `syncFolder`, once after any number of files
 */
import { open, rename, rm } from 'node:fs/promises';
import { messageOf } from '../../core/errors.ts';

/** Flushes an open file or folder to the disk. */
export type Sync = (handle: { sync(): Promise<void> }) => Promise<void>;

const fsync: Sync = (handle) => handle.sync();

/**
 * Network and FUSE file systems (CIFS, 9p, sshfs) answer fsync with these: they cannot do it. EIO is not among
 * them, because then the data is lost.
 */
const UNSUPPORTED = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EPERM', 'EACCES']);

/** The name under which a file is written before it is renamed to PATH. */
export const temporaryName = (path: string): string => `${path}.${process.pid}.tmp`;

/** The PATH of a temporary name; null for other names. */
export const finalNameOf = (name: string): string | null =>
  /^(.+)\.\d+\.tmp$/.exec(name)?.[1] ?? null;

/**
 * @param sync tests pass one that refuses
 * @returns why the file system refused to flush, or null
 * @throws the system's error; the temporary file is removed then
 */
export async function writeAtomically(
  path: string,
  content: Uint8Array | string,
  sync: Sync = fsync,
): Promise<string | null> {
  const refused = await writeTemporary(path, content, sync);
  try {
    await rename(temporaryName(path), path);
    return refused;
  } catch (error) {
    await rm(temporaryName(path), { force: true }).catch(() => undefined);
    throw error;
  }
}

/** The first half of `writeAtomically`: the content is complete under `temporaryName(path)`. */
export async function writeTemporary(
  path: string,
  content: Uint8Array | string,
  sync: Sync = fsync,
): Promise<string | null> {
  const temporary = temporaryName(path);
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(content);
      return await bestEffort(() => sync(file));
    } finally {
      await file.close();
    }
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

/**
 * Flushes a folder: only then does a rename in it survive a power failure.
 * @returns why the file system refused, or null. The rename is valid either way.
 */
export async function syncFolder(folder: string, sync: Sync = fsync): Promise<string | null> {
  // Windows cannot open folders, and writes renames to its journal without being asked.
  if (process.platform === 'win32') return null;
  return bestEffort(async () => {
    const handle = await open(folder, 'r');
    await sync(handle).finally(() => handle.close());
  });
}

/** Flushes a file where the file system can. */
export async function flush(handle: { sync(): Promise<void> }): Promise<void> {
  await bestEffort(() => fsync(handle));
}

async function bestEffort(flush: () => Promise<void>): Promise<string | null> {
  try {
    await flush();
    return null;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!UNSUPPORTED.has(code)) throw error;
    return messageOf(error);
  }
}
