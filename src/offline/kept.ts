/** Pages, and the files that embedding pages named; the network comes first, what is kept stands in for it. */
import { isForgotten } from './forgotten.ts';

declare const self: ServiceWorkerGlobalScope;

const KEPT_CACHE = 'soutu-kept-1';
const PATIENCE_MS = 3000;

const kept = new Set<string>();
let reading: Promise<void> | null = null;

/** What it kept before the system ended it; nothing is made anew for that. */
function known(): Promise<void> {
  reading ??= (async () => {
    if (!(await caches.has(KEPT_CACHE))) return;
    const cache = await caches.open(KEPT_CACHE);
    for (const { url } of await cache.keys()) kept.add(url);
  })();
  return reading;
}

/** Files that cannot be had now are no failure: they are kept when they are asked for the next time. */
export async function keep(files: readonly string[]): Promise<void> {
  const cache = await caches.open(KEPT_CACHE);
  await Promise.all(
    files.map(async (file) => {
      const url = withoutHash(file);
      if (new URL(url).origin !== self.location.origin) return;
      const response = await fetch(url).catch(() => null);
      if (!response?.ok || (await isForgotten())) return;
      await cache.put(url, response);
      kept.add(url);
    }),
  );
}

export async function fileAnswer(request: Request): Promise<Response> {
  await known();
  const url = withoutHash(request.url);
  if (kept.has(url)) return freshOrKept(request, url);
  return fetch(request).catch((error: unknown) => anywhere(request, error));
}

export async function pageAnswer(request: Request): Promise<Response> {
  await known();
  return freshOrKept(request, withoutHash(request.url)).catch((error: unknown) =>
    anywhere(request, error),
  );
}

/** With no network: perhaps a release that waits to be taken up has the file. */
async function anywhere(request: Request, error: unknown): Promise<Response> {
  const options = { ignoreSearch: request.mode === 'navigate' };
  const found = await caches.match(withoutHash(request.url), options);
  if (found) return found;
  throw error;
}

/** @throws what `fetch` throws, where nothing is kept */
async function freshOrKept(request: Request, url: string): Promise<Response> {
  const cache = await caches.open(KEPT_CACHE);
  const fresh = fetch(request).then(async (response) => {
    if (response.ok && kept.has(url)) {
      await cache.put(url, response.clone()).catch((error: unknown) => {
        // A full device stays with the old one; who is online gets the new one all the same.
        if ((error as Error).name !== 'QuotaExceededError') throw error;
      });
    }
    return response;
  });
  // One of the two is always listened to, the other must not be an unhandled rejection.
  fresh.catch(() => undefined);
  const old = () => cache.match(url, { ignoreSearch: request.mode === 'navigate' });
  const late = new Promise<Response | undefined>((resolve) => {
    setTimeout(() => resolve(old()), PATIENCE_MS);
  });
  const first = await Promise.race([fresh.catch(() => old()), late]);
  return first ?? fresh;
}

function withoutHash(address: string): string {
  return address.replace(/#.*$/, '');
}
