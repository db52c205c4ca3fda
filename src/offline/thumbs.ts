/** The pictures of results: kept as they are shown; when there are too many the oldest go. */

export const THUMBS_CACHE = 'soutu-thumbs-1';
/** About 8 MB of thumbnails. */
const BUDGET = 800;
/** As the build names them. */
const THUMB = /\/thumbs\/[0-9a-f]{16}\.webp$/;

export function isThumb(url: URL): boolean {
  return THUMB.test(url.pathname);
}

export async function thumbAnswer(request: Request): Promise<Response> {
  const cache = await caches.open(THUMBS_CACHE);
  const kept = await cache.match(request.url);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) await put(cache, request.url, response.clone());
  return response;
}

export async function keepThumbs(urls: readonly string[]): Promise<void> {
  const cache = await caches.open(THUMBS_CACHE);
  await Promise.all(
    urls.map(async (url) => {
      if (!isThumb(new URL(url)) || (await cache.match(url))) return;
      const response = await fetch(url).catch(() => null);
      if (response?.ok) await put(cache, url, response);
    }),
  );
}

async function put(cache: Cache, url: string, response: Response): Promise<void> {
  try {
    await cache.put(url, response);
  } catch {
    // The device is full: pictures are the first to go.
    await caches.delete(THUMBS_CACHE);
    return;
  }
  // In the order in which they came.
  const kept = await cache.keys();
  for (const oldest of kept.slice(0, Math.max(0, kept.length - BUDGET))) {
    await cache.delete(oldest);
  }
}
