import { rmdirSync } from 'node:fs';
import { lstat, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Creates a folder and those above it. Other processes may create and remove the same folders meanwhile. Not
 * `mkdir(…, { recursive: true })`, which never returns on file systems that answer ENOENT to the creation itself
 * (`/proc`).
 * @param retries how often others may interfere
 * @returns the folders that were created, outermost first
 * @throws the system's error
 */
export async function makeFolder(path: string, retries = 100): Promise<string[]> {
  try {
    await mkdir(path);
    return [path];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Roots of drives and read-only parents give EPERM or EROFS although the folder is there.
    if (await isFolder(path)) return [];
    const parent = dirname(path);
    if (code === 'EEXIST' && retries > 0) {
      // Removed between the two calls, and perhaps created again since then.
      const info = await lstat(path).catch(() => null);
      if (info === null || info.isDirectory()) return makeFolder(path, retries - 1);
    }
    if (code !== 'ENOENT' || parent === path) throw error;
    if (!(await isFolder(parent))) {
      const created = await makeFolder(parent);
      return [...created, ...(await makeFolder(path, retries))];
    }
    // Either another process has just created the parent, or this is a file system like `/proc`.
    if (retries === 0) throw error;
    return makeFolder(path, retries - 1);
  }
}

/**
 * Takes back what `makeFolder` did, as far as nothing was put into the folders. Synchronous, for the end of the
 * process.
 * @param folders outermost first
 */
export function removeEmpty(folders: readonly string[]): void {
  for (const folder of folders.toReversed()) {
    try {
      rmdirSync(folder);
    } catch {
      // Not empty, or gone already.
    }
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false;
}
