/** Downloads photos: a few at a time from each host, with retries, into the cache of this machine. */
import { kindOf } from '../../../core/image/kind.ts';
import { sleep } from '../../../core/timeout.ts';
import { DownloadFailure } from './failure.ts';
import type { CachedPhoto, PhotoCache } from './photo-cache.ts';
import type { Answer, Requester } from './request.ts';

export type Outcome =
  | { readonly state: 'ok' | 'unchanged'; readonly path: string; readonly bytes: number }
  /** The server failed, and the copy of an earlier download is used. */
  | {
      readonly state: 'stale';
      readonly path: string;
      readonly bytes: number;
      readonly reason: string;
    }
  | { readonly state: 'failed'; readonly reason: string };

export interface DownloadSettings {
  /** At a time, from one host. */
  readonly perHost: number;
  /** At a time, from all hosts. */
  readonly inAll: number;
  readonly tries: number;
  /** Before the second try; twice as long before each further one. */
  readonly backOffMs: number;
  /** A server that asks for a longer wait has failed. */
  readonly maxWaitMs: number;
}

export const DEFAULT_SETTINGS: DownloadSettings = {
  perHost: 4,
  inAll: 16,
  tries: 3,
  backOffMs: 1000,
  maxWaitMs: 120_000,
};

/** After so many failed connections in a row, the other photos of a host are not tried. */
const DEAD_AFTER = 20;

/**
 * @param urls http or https; one that occurs twice is downloaded once
 * @param onDone called after each URL, with the number of those that are done
 */
export async function downloadPhotos(
  urls: Iterable<string>,
  requester: Requester,
  cache: PhotoCache,
  settings: DownloadSettings = DEFAULT_SETTINGS,
  onDone: (done: number) => void = () => undefined,
): Promise<ReadonlyMap<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  const slots = new Slots(settings.inAll);
  const hosts = groupByHost(new Set(urls));
  const lanes = [...hosts.values()].map(async (queue) => {
    const host = new Host(settings, slots);
    const worker = async () => {
      for (let url = queue.shift(); url !== undefined; url = queue.shift()) {
        outcomes.set(url, await host.download(url, requester, cache));
        onDone(outcomes.size);
      }
    };
    await Promise.all(Array.from({ length: Math.min(settings.perHost, queue.length) }, worker));
  });
  await Promise.all(lanes);
  return outcomes;
}

function groupByHost(urls: ReadonlySet<string>): Map<string, string[]> {
  const hosts = new Map<string, string[]>();
  for (const url of urls) {
    const { host } = new URL(url);
    const queue = hosts.get(host);
    if (queue) queue.push(url);
    else hosts.set(host, [url]);
  }
  return hosts;
}

/** What all requests to one host share: its pauses and its failures. */
class Host {
  readonly #settings: DownloadSettings;
  readonly #slots: Slots;
  #pausedUntil = 0;
  #failuresInARow = 0;

  constructor(settings: DownloadSettings, slots: Slots) {
    this.#settings = settings;
    this.#slots = slots;
  }

  async download(url: string, requester: Requester, cache: PhotoCache): Promise<Outcome> {
    const { tries, backOffMs, maxWaitMs } = this.#settings;
    const cached = await cache.find(url);
    for (let attempt = 1; ; attempt++) {
      if (this.#failuresInARow >= DEAD_AFTER) {
        const reason = `not tried, because ${DEAD_AFTER} requests to this host failed in a row`;
        return outcomeOf(new DownloadFailure(reason), cached, cache);
      }
      await this.#pause();
      try {
        const outcome = await this.#slots.run(() => once(url, cached, requester, cache));
        this.#failuresInARow = 0;
        return outcome;
      } catch (error) {
        if (!(error instanceof DownloadFailure)) throw error;
        this.#failuresInARow = error.canRetry ? this.#failuresInARow + 1 : 0;
        const isLast = !error.canRetry || attempt === tries || error.waitMs > maxWaitMs;
        if (isLast) return outcomeOf(error, cached, cache);
        // The server's wait is for all requests to it, the back-off for this one.
        if (error.waitMs > 0) {
          this.#pausedUntil = Math.max(this.#pausedUntil, Date.now() + error.waitMs);
        } else await sleep(backOffMs * 2 ** (attempt - 1));
      }
    }
  }

  async #pause(): Promise<void> {
    for (let left = this.#left(); left > 0; left = this.#left()) await sleep(left);
  }

  #left(): number {
    return this.#pausedUntil - Date.now();
  }
}

/** @throws DownloadFailure */
async function once(
  url: string,
  cached: CachedPhoto | null,
  requester: Requester,
  cache: PhotoCache,
): Promise<Outcome> {
  const answer = await requester.get(url, {
    accept: 'image/avif,image/webp,image/*;q=0.8,*/*;q=0.5',
    // Photos are packed already.
    'accept-encoding': 'identity',
    'user-agent': 'soutu (search by picture)',
    ...(cached?.etag === undefined ? {} : { 'if-none-match': cached.etag }),
    ...(cached?.lastModified === undefined ? {} : { 'if-modified-since': cached.lastModified }),
  });
  if (answer.status === 304 && cached) {
    return { state: 'unchanged', path: cache.pathOf(cached), bytes: cached.bytes };
  }
  if (answer.status !== 200) throw failureOfStatus(answer);
  if (kindOf(answer.body) === null) {
    const [type = 'something else'] = (answer.headers['content-type'] ?? '').split(';');
    throw new DownloadFailure(`expected a photo, got ${nameOf(type, answer.body)}`);
  }
  const { etag, 'last-modified': lastModified } = answer.headers;
  const photo = await cache.put(url, answer.body, { etag, lastModified });
  const state = cached?.sha256 === photo.sha256 ? 'unchanged' : 'ok';
  return { state, path: cache.pathOf(photo), bytes: photo.bytes };
}

function nameOf(type: string, body: Buffer): string {
  if (body.length === 0) return 'an empty file';
  const isPage = /^\s*<(!doctype html|html|head|body)/i.test(body.toString('latin1', 0, 200));
  return isPage ? 'a web page' : `${body.length} bytes of ${type.trim() || 'something else'}`;
}

function failureOfStatus({ status, headers }: Answer): DownloadFailure {
  return new DownloadFailure(`the server answered with status ${status}`, {
    canRetry: status >= 500 || status === 408 || status === 429,
    waitMs: status === 429 || status === 503 ? retryAfterMs(headers['retry-after']) : 0,
    isGone: status === 404 || status === 410,
  });
}

/** Seconds or a date (RFC 9110, 10.2.3); 0 if neither. */
export function retryAfterMs(value: string | undefined, now = Date.now()): number {
  if (value === undefined) return 0;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? 0 : Math.max(0, date - now);
}

/** A photo does not leave the search because its server is down for a night. */
function outcomeOf(
  { message, isGone }: DownloadFailure,
  cached: CachedPhoto | null,
  cache: PhotoCache,
): Outcome {
  if (!cached || isGone) return { state: 'failed', reason: message };
  return { state: 'stale', path: cache.pathOf(cached), bytes: cached.bytes, reason: message };
}

/** At most so many tasks at a time; the others wait in order. */
class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }
}
