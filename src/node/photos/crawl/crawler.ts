/** Fetches documents that lead to others: within the limits of downloads, and where `robots.txt` allows it. */
import { sleep } from '../../../core/timeout.ts';
import { retryAfterMs } from '../download/download-photos.ts';
import { DownloadFailure } from '../download/failure.ts';
import { Requester } from '../download/request.ts';
import { MAX_ROBOTS_BYTES, RobotsRules } from './robots.ts';

export interface CrawlerOptions {
  readonly allowPrivate?: boolean | undefined;
  /** Before the second try, twice as long before the third; default 1 s. */
  readonly backOffMs?: number;
}

const LIMITS = { idleMs: 30_000, totalMs: 120_000, maxBytes: 64 << 20 };
const TRIES = 3;
/** A server that asks for a longer wait has failed. */
const MAX_WAIT_MS = 120_000;

export class Crawler {
  readonly #requester: Requester;
  readonly #backOffMs: number;
  readonly #robots = new Map<string, Promise<RobotsRules>>();

  constructor({ allowPrivate = false, backOffMs = 1000 }: CrawlerOptions = {}) {
    this.#requester = new Requester(LIMITS, allowPrivate ? () => true : undefined);
    this.#backOffMs = backOffMs;
  }

  close(): void {
    this.#requester.close();
  }

  /** Whether the host's `robots.txt` lets this crawler ask for a URL. It is fetched once for each host. */
  async isAllowed(url: string): Promise<boolean> {
    const address = new URL(url);
    const rules = this.#robots.get(address.origin) ?? this.#rulesOf(address.origin);
    this.#robots.set(address.origin, rules);
    return (await rules).allows(address);
  }

  /**
   * @param accept the kinds of documents, as in the header
   * @throws DownloadFailure
   */
  async fetch(url: string, accept: string): Promise<Buffer> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#once(url, accept);
      } catch (error) {
        if (!(error instanceof DownloadFailure)) throw error;
        if (!error.canRetry || attempt === TRIES || error.waitMs > MAX_WAIT_MS) throw error;
        await sleep(error.waitMs || this.#backOffMs * 2 ** (attempt - 1));
      }
    }
  }

  async #once(url: string, accept: string): Promise<Buffer> {
    const headers = { accept, 'user-agent': 'soutu (search by picture)' };
    const { status, headers: answered, body } = await this.#requester.get(url, headers, collect);
    if (body !== null) return body;
    throw new DownloadFailure(`the server answered with status ${status}`, {
      canRetry: status >= 500 || status === 408 || status === 429,
      waitMs: status === 429 || status === 503 ? retryAfterMs(answered['retry-after']) : 0,
      isGone: status === 404 || status === 410,
    });
  }

  /** RFC 9309, 2.3.1: without a file, all is allowed; while the server fails, nothing. */
  async #rulesOf(origin: string): Promise<RobotsRules> {
    try {
      const headers = { accept: 'text/plain', 'user-agent': 'soutu (search by picture)' };
      const { status, body } = await this.#requester.get(`${origin}/robots.txt`, headers, collect);
      if (body) return RobotsRules.parse(body.toString('utf8', 0, MAX_ROBOTS_BYTES));
      return status >= 400 && status < 500 ? RobotsRules.ALL_ALLOWED : RobotsRules.NONE_ALLOWED;
    } catch (error) {
      if (error instanceof DownloadFailure) return RobotsRules.NONE_ALLOWED;
      throw error;
    }
  }
}

async function collect(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces);
}
