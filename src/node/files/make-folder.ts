import { rmdirSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Creates a folder and those above it. Not `mkdir(…, { recursive: true })`, which never returns on file systems
 * that answer ENOENT to the creation itself (`/proc`).
 * @returns the folders that were created, outermost first
 * @throws the system's error
 */
export async function makeFolder(path: string): Promise<string[]> {
  try {
    await mkdir(path);
    return [path];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Roots of drives and read-only parents give EPERM or EROFS although the folder is there.
    if (await isFolder(path)) return [];
    const parent = dirname(path);
    if (code !== 'ENOENT' || parent === path || (await isFolder(parent))) throw error;
    const created = await makeFolder(parent);
    await mkdir(path).catch(async (again: NodeJS.ErrnoException) => {
      if (!(await isFolder(path))) throw again;
    });
    return [...created, path];
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
