/**
 * The pages that work offline, and the files that each of them needs, in one cache per site:
 *
 *     PAGE URL              the page
 *     FILE URL              a script or style
 *     soutu-pages.json      the files of each page, and when it was last used
 *
 * At most `limit` pages are stored; the least recently used goes. A file that no page needs any more is deleted.
 */
import { isForgotten } from './forget.ts';

export interface PageEntry {
  /** Absolute URLs of the files that the page needs. */
  readonly files: readonly string[];
  /** What its HTML must contain (page-check.ts). */
  readonly marks: readonly string[];
  /** The network has since responded with another release, which is not stored. */
  readonly isStale: boolean;
  /** Milliseconds since 1970. */
  readonly used: number;
}

type Entries = Map<string, PageEntry>;

const MAX_PAGES = 30;

export class PageStore {
  readonly #name: string;
  readonly #indexUrl: string;
  readonly #limit: number;
  #entries: Promise<Entries> | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(scope: string, limit = MAX_PAGES) {
    this.#name = `soutu-pages ${scope}`;
    this.#indexUrl = new URL('soutu-pages.json', scope).href;
    this.#limit = limit;
  }

  async entry(page: string): Promise<PageEntry | undefined> {
    return (await this.#known()).get(page);
  }

  async isFile(url: string): Promise<boolean> {
    for (const { files } of (await this.#known()).values()) if (files.includes(url)) return true;
    return false;
  }

  /** Never creates the cache. */
  match(url: string): Promise<Response | undefined> {
    return caches.match(url, { cacheName: this.#name });
  }

  /** @throws DOMException `QuotaExceededError` if the device is full; the earlier copy then stays */
  async put(url: string, response: Response): Promise<void> {
    if (await isForgotten()) return;
    await (await caches.open(this.#name)).put(url, response);
  }

  /** Updates the entry of a page, and deletes pages and files that are no longer needed. */
  async note(page: string, change: Partial<PageEntry>): Promise<void> {
    const entries = await this.#known();
    const before = entries.get(page) ?? { files: [], marks: [], isStale: false, used: 0 };
    // The map is ordered by last use.
    entries.delete(page);
    entries.set(page, { ...before, used: Date.now(), ...change });
    for (const oldest of entries.keys()) {
      if (entries.size <= this.#limit) break;
      entries.delete(oldest);
    }
    await this.#write(entries);
  }

  #write(entries: Entries): Promise<void> {
    const write = async () => {
      if (await isForgotten()) return;
      const cache = await caches.open(this.#name);
      await cache.put(this.#indexUrl, Response.json([...entries]));
      const needed = new Set([this.#indexUrl, ...entries.keys()]);
      for (const { files } of entries.values()) for (const file of files) needed.add(file);
      const stored = await cache.keys();
      await Promise.all(stored.map((request) => needed.has(request.url) || cache.delete(request)));
    };
    this.#writing = this.#writing.catch(() => undefined).then(write);
    return this.#writing;
  }

  /** Read from the cache, because the system may restart the service worker at any time. */
  #known(): Promise<Entries> {
    this.#entries ??= this.#read();
    return this.#entries;
  }

  async #read(): Promise<Entries> {
    try {
      const stored: unknown = await (await this.match(this.#indexUrl))?.json();
      const list = Array.isArray(stored) ? stored.filter(isEntry) : [];
      return new Map(list.sort(([, a], [, b]) => a.used - b.used));
    } catch {
      // Damaged on the device: the next search stores its page again.
      return new Map();
    }
  }
}

function isEntry(value: unknown): value is [string, PageEntry] {
  if (!Array.isArray(value) || typeof value[0] !== 'string') return false;
  const { files, marks, isStale, used } = (value[1] ?? {}) as Partial<PageEntry>;
  return isTexts(files) && isTexts(marks) && typeof isStale === 'boolean' && Number.isFinite(used);
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}
