/** The files of the page that the build made, by names that carry a hash: kept whole, asked for once. */

/** Set in a line before this script by the build of a site; addresses are relative to the script. */
interface Shell {
  readonly version: string;
  readonly files: readonly string[];
}

declare const self: ServiceWorkerGlobalScope & { readonly SOUTU_SHELL?: Shell };

const { version, files } = self.SOUTU_SHELL ?? { version: 'none', files: [] };

/** All sites of an origin have their caches side by side; an address has no space in it, so none ends as another. */
const { scope } = self.registration;
export const SHELL_CACHE = `soutu-shell-${version} ${scope}`;
const addresses = new Set(files.map((file) => new URL(file, self.location.href).href));

/** All or nothing: an install that fails is tried again at the next visit. */
export async function installShell(): Promise<void> {
  const cache = await caches.open(SHELL_CACHE);
  // From the browser's own cache, where the page that is open has just put them.
  await cache.addAll([...addresses]);
}

export function shellAnswer(url: URL): Promise<Response> | null {
  if (!addresses.has(url.href)) return null;
  // Not opened: that would make it anew, empty, where it is gone.
  const kept = caches.match(url.href, { cacheName: SHELL_CACHE });
  return kept.then((found) => found ?? fetch(url.href));
}

/** What earlier releases of this site have left; the shells of other sites are theirs. */
export async function sweepShells(): Promise<void> {
  const names = await caches.keys();
  const others = names.filter((name) => name.startsWith('soutu-shell-') && name !== SHELL_CACHE);
  await Promise.all(others.map(async (name) => (await isOfThisSite(name)) && caches.delete(name)));
}

/** The first releases put no scope into the name, and had the page among the files. */
async function isOfThisSite(cacheName: string): Promise<boolean> {
  if (cacheName.includes(' ')) return cacheName.endsWith(` ${scope}`);
  return (await caches.match(scope, { cacheName })) !== undefined;
}
