/** The files of the page that the build wrote: stored whole at install, then served from the cache. */
import { isFile, isPage, storable } from './response.ts';

/** Set in a line before this script by the build of a site; addresses are relative to the script. */
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

/** The page of this release names the release's scripts; a captive portal or another release does not. */
export function isPageOfShell(html: string): boolean {
  const scripts = files.filter((file) => file.endsWith('.js'));
  return scripts.some((file) => html.includes(file.split('/').at(-1) as string));
}

/**
 * All or nothing: an install that fails is tried again at the next visit.
 * @throws Error naming the file that could not be loaded, or is another one
 */
export async function installShell(): Promise<void> {
  const responses = await Promise.all(
    [...addresses].map(async (url) => [url, await load(url)] as const),
  );
  const cache = await caches.open(SHELL_CACHE);
  await Promise.all(responses.map(([url, response]) => cache.put(url, response)));
}

async function load(url: string): Promise<Response> {
  // From the browser's HTTP cache first, where the open page has just put it; that may hold another release.
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
  // Not opened: that would create it again, empty, if it was deleted.
  const stored = caches.match(url.href, { cacheName: SHELL_CACHE });
  return stored.then((found) => found ?? fetch(url.href));
}

/** From the shell in use, or that of a release of this site which waits to take over. */
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

/** The first releases put no scope into the name, and had the page among the files. */
async function isOfThisSite(cacheName: string): Promise<boolean> {
  if (cacheName.includes(' ')) return isShellOfScope(cacheName);
  return (await caches.match(scope, { cacheName })) !== undefined;
}

function isShellOfScope(cacheName: string): boolean {
  return cacheName.startsWith(PREFIX) && cacheName.endsWith(` ${scope}`);
}
