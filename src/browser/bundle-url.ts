/** URLs of a bundle and its files. A query string, as in `/bundle/?v=2`, stays at the end of each. */

interface Url {
  readonly href: string;
  pathname: string;
  search: string;
  hash: string;
}
// Neither the DOM's types nor Node's are known here, and both have it.
declare const URL: new (url: string, base?: string | Url) => Url;

/** One spelling for one bundle: no fragment, no slash at the end of its path. */
export function bundleUrl(address: string, base?: string): string {
  const url = new URL(address, base);
  url.hash = '';
  url.pathname = url.pathname.replace(/\/+$/, '');
  return url.href;
}

/**
 * @param bundle absolute URL of the bundle's folder
 * @param file relative to the folder; one elsewhere is left as it is
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
