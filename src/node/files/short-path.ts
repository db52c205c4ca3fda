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

/** Before a path in a line: nothing, a space, a quote, a bracket or an equals sign. In a URL it stays as it is. */
const BEFORE = '(^|[\\s"\'`(\\[=])';

/** The same for every path in a line, for messages that are made where nobody knows the working folder. */
export function withShortPaths(
  line: string,
  from: string = process.cwd(),
  separator: string = sep,
): string {
  if (from.endsWith(separator)) return line;
  const folder = `${from}${separator}`.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const found = new RegExp(`${BEFORE}${folder}(?=([^\\s"'\`)\\]]))`, 'g');
  return line.replace(found, (_, before: string, first: string) =>
    first === '-' ? `${before}.${separator}` : before,
  );
}
