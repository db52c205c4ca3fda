import { realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';

/** The absolute path without links; of what does not exist yet, the folders above it that do. */
export async function realPathOf(path: string): Promise<string> {
  const absolute = resolve(path);
  const parent = dirname(absolute);
  return realpath(absolute).catch(async () =>
    parent === absolute ? absolute : join(await realPathOf(parent), basename(absolute)),
  );
}

/** Whether `path` lies somewhere below `folder`. Both are real paths. */
export function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  // On Windows the way to another drive is absolute.
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && resolve(folder, way) !== way;
}
