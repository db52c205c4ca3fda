/** Downloads photos: a few at a time from each host, with retries, into the cache of this machine. */
import { kindOf } from '../../../core/image/kind.ts';
import { sleep } from '../../../core/timeout.ts';
import { DownloadFailure } from './failure.ts';
import type { CachedPhoto, PhotoCache, Received } from './photo-cache.ts';
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
  /** A host that asks for more waiting in all is given up. */
  readonly maxPauseMs: number;
}

export const DEFAULT_SETTINGS: DownloadSettings = {
  perHost: 4,
  inAll: 16,
  tries: 3,
  backOffMs: 1000,
  maxWaitMs: 120_000,
  maxPauseMs: 600_000,
};

/** If a host does not answer for this many photos in a row, its others are not tried. */
const DEAD_AFTER = 20;

/**
 * @param urls http or https; one that occurs twice is downloaded once
 * @param onDone called after each URL, with the number of those that are done
 * @param kept a copy of an earlier download of these is used without asking the server
 */
export async function downloadPhotos(
  urls: Iterable<string>,
  requester: Requester,
  cache: PhotoCache,
  settings: DownloadSettings = DEFAULT_SETTINGS,
  onDone: (done: number) => void = () => undefined,
  kept: ReadonlySet<string> = new Set(),
): Promise<ReadonlyMap<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  const slots = new Slots(settings.inAll);
  const hosts = groupByHost(new Set(urls));
  // After a fault of this machine, the other workers must not go on.
  const stop = new AbortController();
  const lanes = [...hosts.values()].map(async (queue) => {
    const host = new Host(settings, slots, stop.signal);
    const worker = async () => {
      try {
        for (let url = queue.shift(); url !== undefined; url = queue.shift()) {
          const outcome = await host.download(url, requester, cache, kept.has(url));
          if (stop.signal.aborted) return;
          outcomes.set(url, outcome);
          onDone(outcomes.size);
        }
      } catch (error) {
        stop.abort();
        throw error;
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
  readonly #stop: AbortSignal;
  #askedToPauseMs = 0;
  /** Photos for which the host did not answer. */
  #failuresInARow = 0;

  constructor(settings: DownloadSettings, slots: Slots, stop: AbortSignal) {
    this.#settings = settings;
    this.#slots = slots;
    this.#stop = stop;
  }

  async download(
    url: string,
    requester: Requester,
    cache: PhotoCache,
    isKept: boolean,
  ): Promise<Outcome> {
    const { tries, backOffMs, maxWaitMs } = this.#settings;
    const cached = await cache.find(url);
    if (cached && isKept) {
      return { state: 'unchanged', path: cache.pathOf(cached), bytes: cached.bytes };
    }
    for (let attempt = 1; ; attempt++) {
      await this.#pause();
      const reason = this.#reasonToStop();
      if (reason !== null) return outcomeOf(new DownloadFailure(reason), cached, cache);
      try {
        const outcome = await this.#slots.run(() => once(url, cached, requester, cache));
        this.#failuresInARow = 0;
        return outcome;
      } catch (error) {
        if (!(error instanceof DownloadFailure)) throw error;
        const isLast = !error.canRetry || attempt === tries || error.waitMs > maxWaitMs;
        if (isLast) {
          this.#failuresInARow = error.isOfHost ? this.#failuresInARow + 1 : 0;
          return outcomeOf(error, cached, cache);
        }
        // The server's wait is for all requests to it, the back-off for this one.
        if (error.waitMs > 0) this.#pauseFor(error.waitMs);
        else await sleep(backOffMs * 2 ** (attempt - 1));
      }
    }
  }

  #reasonToStop(): string | null {
    const { maxPauseMs } = this.#settings;
    if (this.#stop.aborted) return 'not tried, because the build was stopped';
    if (this.#failuresInARow >= DEAD_AFTER) {
      return `not tried, because the host did not answer for ${DEAD_AFTER} photos in a row`;
    }
    if (this.#askedToPauseMs > maxPauseMs) {
      return (
        `not tried, because the host asked for pauses of more than ${maxPauseMs / 60_000} minutes in all. ` +
        'Build again later'
      );
    }
    return null;
  }

  /** Requests that fail at the same time ask for the same pause. */
  #pauseFor(ms: number): void {
    const now = Date.now();
    const more = now + ms - Math.max(this.#pausedUntil, now);
    if (more <= 0) return;
    this.#askedToPauseMs += more;
    if (this.#askedToPauseMs <= this.#settings.maxPauseMs) this.#pausedUntil = now + ms;
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
  const headers = {
    accept: 'image/avif,image/webp,image/*;q=0.8,*/*;q=0.5',
    // Photos are packed already.
    'accept-encoding': 'identity',
    'user-agent': 'soutu (search by picture)',
    ...(cached?.etag === undefined ? {} : { 'if-none-match': cached.etag }),
    ...(cached?.lastModified === undefined ? {} : { 'if-modified-since': cached.lastModified }),
  };
  const answer = await requester.get(url, headers, (body) => cache.receive(body));
  if (answer.status === 304 && cached) {
    return { state: 'unchanged', path: cache.pathOf(cached), bytes: cached.bytes };
  }
  const { body } = answer;
  if (body === null) throw failureOfStatus(answer);
  if (kindOf(body.head) === null) {
    await cache.discard(body);
    const [type = 'something else'] = (answer.headers['content-type'] ?? '').split(';');
    throw new DownloadFailure(`expected a photo, got ${nameOf(type, body)}`);
  }
  const { etag, 'last-modified': lastModified } = answer.headers;
  const photo = await cache.put(url, body, { etag, lastModified });
  const state = cached?.sha256 === photo.sha256 ? 'unchanged' : 'ok';
  return { state, path: cache.pathOf(photo), bytes: photo.bytes };
}

function nameOf(type: string, { head, bytes }: Received): string {
  if (bytes === 0) return 'an empty file';
  const isPage = /^\s*<(!doctype html|html|head|body)/i.test(head.toString('latin1', 0, 200));
  return isPage ? 'a web page' : `${bytes} bytes of ${type.trim() || 'something else'}`;
}

function failureOfStatus({ status, headers }: Answer<unknown>): DownloadFailure {
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

/** Runs a limited number of tasks at a time; the others wait in order. */
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
