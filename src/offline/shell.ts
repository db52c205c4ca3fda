/** The files of the page that the build wrote: stored whole at install, then served from the cache. */
import { isFile, isPage, storable } from './response.ts';

/** Set by the site's build in a line before this script; URLs are relative to the script. */
interface Shell {
  readonly version: string;
  readonly files: readonly string[];
}

declare const self: ServiceWorkerGlobalScope & { readonly SOUTU_SHELL?: Shell };

const { version, files } = self.SOUTU_SHELL ?? { version: 'none', files: [] };

const { scope } = self.registration;
const PREFIX = 'soutu-shell-';
/** All sites of an origin share its caches. URLs contain no spaces, so no name ends with another site's scope. */
export const SHELL_CACHE = `${PREFIX}${version} ${scope}`;

const urlOf = (file: string) => new URL(file, self.location.href).href;
const addresses = new Set(files.map(urlOf));

/** The page itself; empty if the script comes without a build. */
export const SHELL_PAGE = files.includes('./') ? urlOf('./') : '';

export function isInShell(url: string): boolean {
  return addresses.has(url);
}

/** The page of this release references the release's scripts; a captive portal's or another release's does not. */
export function isPageOfShell(html: string): boolean {
  const scripts = files.filter((file) => file.endsWith('.js'));
  return scripts.some((file) => html.includes(file.split('/').at(-1) as string));
}

/**
 * All or nothing: a failed install is retried on the next visit.
 * @throws Error with the URL of the file that could not be loaded or has the wrong content
 */
export async function installShell(): Promise<void> {
  const responses = await Promise.all(
    [...addresses].map(async (url) => [url, await load(url)] as const),
  );
  const cache = await caches.open(SHELL_CACHE);
  await Promise.all(responses.map(([url, response]) => cache.put(url, response)));
}

async function load(url: string): Promise<Response> {
  // First from the HTTP cache, which has the files of the open page; then from the network, as those may be of another
  // release.
  for (const cache of ['default', 'reload'] as const) {
    const response = await fetch(url, { cache });
    const body = await response.blob();
    const isRight =
      url === SHELL_PAGE ? isPage(response) && isPageOfShell(await body.text()) : isFile(response);
    if (isRight) return storable(response, body);
  }
  throw new Error(`${url} does not lead to the file that the build of this site wrote`);
}

export function shellAnswer(url: URL): Promise<Response> | null {
  if (!isInShell(url.href)) return null;
  // Not `caches.open`, which would recreate a deleted cache.
  const stored = caches.match(url.href, { cacheName: SHELL_CACHE });
  return stored.then((found) => found ?? fetch(url.href));
}

/** From the active shell, or the shell of a release of this site that is waiting to activate. */
export async function anyShell(url: string): Promise<Response | undefined> {
  const names = (await caches.keys()).filter(isShellOfScope);
  for (const cacheName of [SHELL_CACHE, ...names]) {
    const found = await caches.match(url, { cacheName });
    if (found) return found;
  }
  return undefined;
}

/** Deletes the shells of this site's earlier releases; those of other sites stay. */
export async function sweepShells(): Promise<void> {
  const names = await caches.keys();
  const others = names.filter((name) => name.startsWith(PREFIX) && name !== SHELL_CACHE);
  await Promise.all(others.map(async (name) => (await isOfThisSite(name)) && caches.delete(name)));
}

/** The first releases had no scope in the cache name, and stored the page among the files. */
async function isOfThisSite(cacheName: string): Promise<boolean> {
  if (cacheName.includes(' ')) return isShellOfScope(cacheName);
  return (await caches.match(scope, { cacheName })) !== undefined;
}

function isShellOfScope(cacheName: string): boolean {
  return cacheName.startsWith(PREFIX) && cacheName.endsWith(` ${scope}`);
}
