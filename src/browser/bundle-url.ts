/** URLs of a bundle and its files. A query string, as in `/bundle/?v=2`, stays at the end of each. */

interface Url {
  readonly href: string;
  pathname: string;
  search: string;
  hash: string;
}
// Both Node and browsers have it, but neither's types are available here.
declare const URL: new (url: string, base?: string | Url) => Url;

/** Normalises a bundle's URL: no fragment, no trailing slash in the path. */
export function bundleUrl(address: string, base?: string): string {
  const url = new URL(address, base);
  url.hash = '';
  url.pathname = url.pathname.replace(/\/+$/, '');
  return url.href;
}

/**
 * @param bundle absolute URL of the bundle's folder
 * @param file relative to the folder; a URL outside the folder does not get the query string
 */
export function bundleFile(bundle: string, file: string): string {
  const folder = new URL(bundle);
  const { search } = folder;
  folder.hash = '';
  folder.search = '';
  if (!folder.pathname.endsWith('/')) folder.pathname += '/';
  const url = new URL(file, folder);
  if (url.search === '' && url.href.startsWith(folder.href)) url.search = search;
  return url.href;
}
