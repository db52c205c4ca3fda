import { describe } from '../../../core/describe.ts';
import { HttpError } from './http-error.ts';
import type { Incoming, Outgoing } from './incoming.ts';

/** Answers to preflights are cached by browsers: Chromium for 2 hours at most, Firefox for 24. */
const MAX_AGE = '86400';

/** Which pages may call the service (fetch.spec.whatwg.org, "CORS protocol"). */
export class Cors {
  readonly #origins: ReadonlySet<string>;

  /** @param origins `https://shop.example`, or `*` for all */
  constructor(origins: readonly string[]) {
    this.#origins = new Set(origins.map(normalised));
  }

  /**
   * The headers of every answer to this request.
   * @throws HttpError 403 for a page of another origin, before its search costs anything
   */
  headers(request: Incoming): Record<string, string> {
    const origin = request.header('Origin');
    if (origin === null) return { Vary: 'Origin' };
    const isSame =
      request.header('Sec-Fetch-Site') === 'same-origin' ||
      // Not the scheme: a proxy in front may add TLS.
      hostOf(origin) === request.url.host;
    const isAllowed = this.#origins.has('*') || this.#origins.has(origin);
    if (!isSame && !isAllowed) {
      throw new HttpError(
        403,
        'origin-not-allowed',
        `Pages of ${describe(origin)} may not search here. Start the service with --allow-origin ${adviceFor(origin)}`,
        { headers: { Vary: 'Origin' } },
      );
    }
    return {
      Vary: 'Origin',
      ...(isAllowed
        ? {
            'Access-Control-Allow-Origin': this.#origins.has('*') ? '*' : origin,
            'Access-Control-Expose-Headers': 'Soutu-Release, Retry-After',
          }
        : {}),
    };
  }

  preflight(request: Incoming): Outgoing {
    const headers = {
      ...this.headers(request),
      'Access-Control-Allow-Methods': 'GET, POST',
      'Access-Control-Allow-Headers': 'Content-Type',
      'Access-Control-Max-Age': MAX_AGE,
    };
    return { status: 204, headers, body: null };
  }
}

/** Browsers send no slash at the end. */
function normalised(origin: string): string {
  return origin === '*' ? origin : origin.toLowerCase().replace(/\/$/, '');
}

function hostOf(origin: string): string | null {
  try {
    return new URL(origin).host;
  } catch {
    return null;
  }
}

/** Pages of files and of sandboxed frames have the origin `null`, which names nobody. */
function adviceFor(origin: string): string {
  return /^https?:/.test(origin) ? describe(origin).replaceAll('"', '') : '*';
}
