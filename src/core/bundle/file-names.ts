/**
 * Names of the files that a manifest references: the kind of file and the first 16 hexadecimal digits of its SHA-256,
 * as in `vectors-0123456789abcdef.bin`.
 */

export const BUNDLE_ROLES = [
  'columns',
  'details',
  'titles',
  'vectors',
  'codes',
  'space',
  'parts',
  'coarse',
  'fine',
  'ids',
  'postings',
  'posting',
  'delta',
  'listing',
  'graph',
  'archive',
  'similar',
  'weights',
] as const;

/** The kinds of bundle files. */
export type BundleRole = (typeof BUNDLE_ROLES)[number];

/** `items` is from format version 1; such files may still exist in a folder or a cache. */
const NAME = `(?:${[...BUNDLE_ROLES, 'items'].join('|')})-[0-9a-f]{16}\\.\\w+`;

const WHOLE = new RegExp(`^${NAME}$`);
const LAST = new RegExp(`/${NAME}$`);

/** @param sha256 SHA-256 of the content, in hexadecimal */
export function bundleFileName(role: BundleRole, sha256: string, extension: string): string {
  return `${role}-${sha256.slice(0, 16)}.${extension}`;
}

export function isBundleFile(name: string): boolean {
  return WHOLE.test(name);
}

/** @param path path of a URL, with a slash before the file name */
export function endsInBundleFile(path: string): boolean {
  return LAST.test(path);
}
