/** Thumbnails of results: stored as they appear, within a budget; the oldest are deleted first. */
import { isForgotten } from './forget.ts';
import { isFile, storable } from './response.ts';

const THUMBS_CACHE = 'soutu-thumbs-1';
/** Some 2,700 of the sample shop’s, 2.9 kB each; fewer where photos are busier. */
const BUDGET_BYTES = 8_000_000;
/** As the build names them. */
const THUMB = /\/thumbs\/[0-9a-f]{16}\.webp$/;
const CONCURRENT = 6;

export function isThumb(url: URL): boolean {
  return THUMB.test(url.pathname);
}

export class Thumbs {
  readonly #name: string;
  readonly #budget: number;
  /** Bytes of each, oldest first. */
  #sizes: Promise<Map<string, number>> | null = null;
  #bytes = 0;

  /** @param budget bytes of all pictures together */
  constructor(name = THUMBS_CACHE, budget = BUDGET_BYTES) {
    this.#name = name;
    this.#budget = budget;
  }

  /** @param waitUntil keeps the service worker alive for work that outlasts the answer */
  async answer(request: Request, waitUntil: (work: Promise<unknown>) => void): Promise<Response> {
    const stored = await (await this.#cache()).match(request.url);
    if (stored) return stored;
    const response = await fetch(request);
    if (isFile(response)) waitUntil(this.#put(request.url, response.clone()));
    return response;
  }

  /** Thumbnails that were visible before the service worker was there. */
  async keep(urls: readonly string[]): Promise<void> {
    await Promise.all(urls.map((url) => this.#fetch(url)));
  }

  /** Thumbnails that later searches may need: as many as there is room for; none is deleted for them. */
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

  /** @returns false if there is no room for it, or nothing may be stored any more */
  async #fetch(url: string, mayEvict = true): Promise<boolean> {
    if (!isThumb(new URL(url)) || (await this.#known()).has(url)) return true;
    const response = await fetch(url).catch(() => null);
    return response && isFile(response) ? this.#put(url, response, mayEvict) : true;
  }

  async #put(url: string, response: Response, mayEvict = true): Promise<boolean> {
    if (await isForgotten()) return false;
    const known = await this.#known();
    const cache = await this.#cache();
    // Measured: hosts need not send a Content-Length.
    const picture = await response.blob();
    if (!mayEvict && this.#bytes + picture.size > this.#budget) return false;
    // Counted before it is stored, since several are under way at once.
    this.#bytes += picture.size - (known.get(url) ?? 0);
    known.set(url, picture.size);
    try {
      await cache.put(url, storable(response, picture));
    } catch {
      // The device is full: thumbnails are dropped first.
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

  /** What earlier visits have stored. */
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
