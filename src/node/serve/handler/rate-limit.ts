import { HttpError } from './http-error.ts';

/**
 * A token bucket for each client address (RFC 2697's single rate): it fills at `rate` tokens a second up to `burst`, and
 * a request takes one.
 */
export class RateLimit {
  readonly #rate: number;
  readonly #burst: number;
  readonly #now: () => number;
  /** Least recently used first. */
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  /**
   * @param rate requests a second
   * @param now in milliseconds
   */
  constructor(rate: number, burst: number, now: () => number = () => performance.now()) {
    this.#rate = rate;
    this.#burst = burst;
    this.#now = now;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** @returns seconds until the next request will be accepted; 0 if this one is */
  take(client: string): number {
    const key = networkOf(client);
    const now = this.#now();
    const bucket = this.#buckets.get(key) ?? { tokens: this.#burst, at: now };
    const tokens = Math.min(this.#burst, bucket.tokens + ((now - bucket.at) / 1000) * this.#rate);
    this.#buckets.delete(key);
    if (this.#buckets.size >= MOST_CLIENTS) this.#forgetOldest();
    const isAccepted = tokens >= 1;
    this.#buckets.set(key, { tokens: isAccepted ? tokens - 1 : tokens, at: now });
    return isAccepted ? 0 : (1 - tokens) / this.#rate;
  }

  /** @throws HttpError 429 if this request comes too early */
  check(client: string): void {
    const seconds = Math.ceil(this.take(client));
    if (seconds === 0) return;
    throw new HttpError(
      429,
      'too-many-requests',
      `This address sends more than ${this.#rate} requests a second. Try again in ${seconds} s.`,
      { headers: { 'Retry-After': String(seconds) } },
    );
  }

  #forgetOldest(): void {
    const [oldest] = this.#buckets.keys();
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }
}

/** About 10 MB of memory. */
const MOST_CLIENTS = 100_000;

/** One subscriber has all addresses of an IPv6 /64. */
function networkOf(client: string): string {
  if (!client.includes(':') || client.includes('.')) return client;
  const [head = '', tail] = client.split('%', 1)[0]?.split('::') ?? [];
  const first = head === '' ? [] : head.split(':');
  const last = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  const groups = [...first, ...Array<string>(zeros).fill('0'), ...last];
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
