/** Thumbnails of results: stored as they appear, within a budget; the oldest are deleted first. */
import { isForgotten } from './forget.ts';
import { isFile, storable } from './response.ts';

const THUMBS_CACHE = 'soutu-thumbs-1';
/** About 2,700 thumbnails of the sample shop (2.9 kB each); fewer if the photos have more detail. */
const BUDGET_BYTES = 8_000_000;
/** The file names that the build generates. */
const THUMB = /\/thumbs\/[0-9a-f]{16}\.webp$/;
const CONCURRENT = 6;

export function isThumb(url: URL): boolean {
  return THUMB.test(url.pathname);
}

export class Thumbs {
  readonly #name: string;
  readonly #budget: number;
  /** URL → bytes, oldest first. */
  #sizes: Promise<Map<string, number>> | null = null;
  #bytes = 0;

  /** @param budget maximum total size in bytes */
  constructor(name = THUMBS_CACHE, budget = BUDGET_BYTES) {
    this.#name = name;
    this.#budget = budget;
  }

  /** @param waitUntil keeps the service worker alive for work that continues after the response */
  async answer(request: Request, waitUntil: (work: Promise<unknown>) => void): Promise<Response> {
    const stored = await (await this.#cache()).match(request.url);
    if (stored) return stored;
    const response = await fetch(request);
    if (isFile(response)) waitUntil(this.#put(request.url, response.clone()));
    return response;
  }

  /** Stores thumbnails that were visible before the service worker was active. */
  async keep(urls: readonly string[]): Promise<void> {
    await Promise.all(urls.map((url) => this.#fetch(url)));
  }

  /** Stores thumbnails that later searches may need, while there is room; never evicts others. */
  async fill(urls: readonly string[]): Promise<void> {
    const waiting = [...urls];
    let isFull = false;
    const one = async () => {
      for (let url = waiting.shift(); url && !isFull; url = waiting.shift()) {
        isFull = !(await this.#fetch(url, false)) || isFull;
      }
    };
    await Promise.all(Array.from({ length: CONCURRENT }, one));
  }

  /** @returns false if there is no room, or the site's data was deleted */
  async #fetch(url: string, mayEvict = true): Promise<boolean> {
    if (!isThumb(new URL(url)) || (await this.#known()).has(url)) return true;
    const response = await fetch(url).catch(() => null);
    return response && isFile(response) ? this.#put(url, response, mayEvict) : true;
  }

  async #put(url: string, response: Response, mayEvict = true): Promise<boolean> {
    if (await isForgotten()) return false;
    const known = await this.#known();
    const cache = await this.#cache();
    // Measured on the body, because Content-Length is optional.
    const picture = await response.blob();
    if (!mayEvict && this.#bytes + picture.size > this.#budget) return false;
    // Counted before it is stored, because several downloads run at once.
    this.#bytes += picture.size - (known.get(url) ?? 0);
    known.set(url, picture.size);
    try {
      await cache.put(url, storable(response, picture));
    } catch {
      // The device is full: delete all thumbnails to free space.
      await caches.delete(this.#name);
      known.clear();
      this.#bytes = 0;
      return false;
    }
    for (const [oldest, size] of known) {
      if (this.#bytes <= this.#budget || oldest === url) break;
      known.delete(oldest);
      this.#bytes -= size;
      await cache.delete(oldest);
    }
    return true;
  }

  #cache(): Promise<Cache> {
    return caches.open(this.#name);
  }

  /** The thumbnails stored by earlier visits. */
  #known(): Promise<Map<string, number>> {
    this.#sizes ??= this.#read();
    return this.#sizes;
  }

  async #read(): Promise<Map<string, number>> {
    const cache = await this.#cache();
    const sizes = new Map<string, number>();
    for (const { url } of await cache.keys()) {
      const size = (await (await cache.match(url))?.blob())?.size ?? 0;
      sizes.set(url, size);
      this.#bytes += size;
    }
    return sizes;
  }
}
