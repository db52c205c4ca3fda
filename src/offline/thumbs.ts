/** The pictures of results: kept as they are shown; where they are too many the oldest go. */
import { isForgotten } from './forgotten.ts';

const THUMBS_CACHE = 'soutu-thumbs-1';
/** Some 2,700 of the sample shop’s, 2.9 kB each; fewer where photos are busier. */
const BUDGET_BYTES = 8_000_000;
/** As the build names them. */
const THUMB = /\/thumbs\/[0-9a-f]{16}\.webp$/;
const SIDE_BY_SIDE = 6;

export function isThumb(url: URL): boolean {
  return THUMB.test(url.pathname);
}

export class Thumbs {
  readonly #name: string;
  readonly #budget: number;
  /** Bytes of each, in the order in which they came: the oldest first. */
  #sizes: Promise<Map<string, number>> | null = null;
  #bytes = 0;

  /** @param budget bytes of all pictures together */
  constructor(name = THUMBS_CACHE, budget = BUDGET_BYTES) {
    this.#name = name;
    this.#budget = budget;
  }

  /** @param goesOn told of work that outlasts the answer */
  async answer(request: Request, goesOn: (work: Promise<unknown>) => void): Promise<Response> {
    const kept = await (await this.#cache()).match(request.url);
    if (kept) return kept;
    const response = await fetch(request);
    if (response.ok) goesOn(this.#put(request.url, response.clone()));
    return response;
  }

  /** Pictures that were shown before anybody was there to keep them. */
  async keep(urls: readonly string[]): Promise<void> {
    await Promise.all(urls.map((url) => this.#fetch(url)));
  }

  /** Pictures that may be shown one day: as many as there is room for, and none goes for them. */
  async fill(urls: readonly string[]): Promise<void> {
    const waiting = [...urls];
    let isFull = false;
    const one = async () => {
      for (let url = waiting.shift(); url && !isFull; url = waiting.shift()) {
        isFull = !(await this.#fetch(url, false)) || isFull;
      }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, one));
  }

  /** @returns false where there is no room for it, or nothing may be kept any more */
  async #fetch(url: string, mayPushOut = true): Promise<boolean> {
    if (!isThumb(new URL(url)) || (await this.#known()).has(url)) return true;
    const response = await fetch(url).catch(() => null);
    return response?.ok ? this.#put(url, response, mayPushOut) : true;
  }

  async #put(url: string, response: Response, mayPushOut = true): Promise<boolean> {
    if (await isForgotten()) return false;
    const known = await this.#known();
    const cache = await this.#cache();
    // Counted as they are: hosts need not say how long an answer is.
    const picture = await response.blob();
    if (!mayPushOut && this.#bytes + picture.size > this.#budget) return false;
    // Counted before it is there, for those that come side by side.
    this.#bytes += picture.size - (known.get(url) ?? 0);
    known.set(url, picture.size);
    try {
      await cache.put(url, new Response(picture, { headers: response.headers }));
    } catch {
      // The device is full: pictures are the first to go.
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

  /** What earlier visits have kept; a service worker is ended and started as the browser likes. */
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
