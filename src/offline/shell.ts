/** The files of the page that the build made, by names that carry a hash: kept whole, asked for once. */

/** Set in a line before this script by the build of a site; addresses are relative to the script. */
interface Shell {
  readonly version: string;
  readonly files: readonly string[];
}

declare const self: ServiceWorkerGlobalScope & { readonly SOUTU_SHELL?: Shell };

const { version, files } = self.SOUTU_SHELL ?? { version: 'none', files: [] };
export const SHELL_CACHE = `soutu-shell-${version}`;
const addresses = new Set(files.map((file) => new URL(file, self.location.href).href));

/** All or nothing: an install that fails is tried again at the next visit. */
export async function installShell(): Promise<void> {
  const cache = await caches.open(SHELL_CACHE);
  // From the browser's own cache, where the page that is open has just put them.
  await cache.addAll([...addresses]);
}

export function shellAnswer(url: URL): Promise<Response> | null {
  if (!addresses.has(url.href)) return null;
  return caches
    .open(SHELL_CACHE)
    .then((cache) => cache.match(url.href))
    .then((kept) => kept ?? fetch(url.href));
}
