import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../../src/node/files/sha256.ts';

/** Every file below a folder with the hash of its content, for comparisons byte by byte. */
export async function folderBytes(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const files = paths.map(
    async (path) => [path.slice(folder.length + 1), sha256(await readFile(path))] as const,
  );
  return new Map(await Promise.all(files));
}
