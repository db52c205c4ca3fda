/** How messages name a file: as short as the working folder allows. */
import { isAbsolute, relative, sep } from 'node:path';

/**
 * Relative to the working folder for a path in it or below it; any other path stays as it is, since a row of `../` says
 * less than where the file is. The result can be given to a command again.
 */
export function shortPath(path: string, from: string = process.cwd()): string {
  if (!isAbsolute(path)) return path;
  const way = relative(from, path);
  if (way === '') return '.';
  if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) return path;
  // A name that begins with a hyphen would be read as an option.
  return way.startsWith('-') ? `.${sep}${way}` : way;
}
