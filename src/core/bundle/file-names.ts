/**
 * The files that a manifest names: what they hold, and the first 16 digits of their SHA-256, as in
 * `vectors-0123456789abcdef.bin`. `items` is of version 1 of the format, which may still lie in a folder or a cache.
 */
const NAME = '(?:columns|details|vectors|graph|archive|weights|items)-[0-9a-f]{16}\\.\\w+';

const WHOLE = new RegExp(`^${NAME}$`);
const LAST = new RegExp(`/${NAME}$`);

export function isBundleFile(name: string): boolean {
  return WHOLE.test(name);
}

/** @param path of a URL, with a slash before the file's name */
export function endsInBundleFile(path: string): boolean {
  return LAST.test(path);
}
