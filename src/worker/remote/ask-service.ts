/** One question to a search service, with a timeout and one retry. */
import { isRecord } from '../../core/check-record.ts';
import { MissingFileError, messageOf, SoutuError } from '../../core/errors.ts';
import { sleep } from '../../core/timeout.ts';

/** By default, a service gives up after 10 s and says so. */
const TIMEOUT_MS = 15_000;
/** A visitor waits no longer for a service that asks to try again; then the page says so. */
const MOST_WAIT_MS = 3000;
const FIRST_WAIT_MS = 500;

/** The answer cannot be used; a second attempt may succeed after the wait. */
class Refused extends Error {
  readonly error: SoutuError;
  readonly retryMs: number | null;

  constructor(error: SoutuError, retryMs: number | null) {
    super(error.message);
    this.error = error;
    this.retryMs = retryMs;
  }
}

/**
 * @returns the answer's JSON
 * @throws SoutuError `NetworkError`, `BusyError`, `BundleError` (another model) or `UsageError`; the signal's reason
 */
export async function askService(
  url: string,
  body: object,
  signal: AbortSignal | undefined,
  wait: (ms: number) => Promise<void> = sleep,
): Promise<unknown> {
  try {
    return await askOnce(url, body, signal);
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof Refused)) throw error;
    if (error.retryMs === null || error.retryMs > MOST_WAIT_MS) throw error.error;
    await wait(error.retryMs);
    signal?.throwIfAborted();
  }
  try {
    return await askOnce(url, body, signal);
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof Refused ? error.error : error;
  }
}

async function askOnce(
  url: string,
  body: object,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const late = new AbortController();
  const stop = () => late.abort();
  const timer = setTimeout(stop, TIMEOUT_MS);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    // A text, not application/json: browsers send it to another origin without asking that first.
    const response = await fetch(url, {
      method: 'POST',
      body: JSON.stringify(body),
      credentials: 'omit',
      cache: 'no-store',
      // The vector goes to the service that the page names, and nowhere else.
      redirect: 'error',
      signal: late.signal,
    });
    const text = await response.text();
    if (!response.ok) throw refusalOf(url, response, text);
    return parsed(url, text);
  } catch (error) {
    if (error instanceof Refused || error instanceof SoutuError) throw error;
    // A visitor has waited long enough, and a service that is slow must not be asked twice.
    const isLate = late.signal.aborted;
    throw new Refused(unreachable(url, error, isLate), isLate ? null : FIRST_WAIT_MS);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

function unreachable(url: string, error: unknown, isLate: boolean): SoutuError {
  const { origin } = new URL(url);
  const reason = isLate ? `no answer within ${TIMEOUT_MS / 1000} s` : messageOf(error);
  return new SoutuError(
    'NetworkError',
    `${origin}: the search service cannot be reached (${reason}). Check the connection. The service must allow ` +
      `pages of this site (--allow-origin), and a Content-Security-Policy needs connect-src ${origin}.`,
    { cause: error },
  );
}

function refusalOf(url: string, { status, headers }: Response, text: string): Refused {
  const answer = refusalIn(text);
  const words = answer?.message ?? `HTTP ${status}`;
  const said = `${new URL(url).origin}: ${words}`;
  const retryMs = 1000 * Number(headers.get('Retry-After') ?? 1) || 1000;
  if (status === 429 || answer?.code === 'overloaded') {
    return new Refused(new SoutuError('BusyError', said), retryMs);
  }
  if (status >= 500) {
    const wait = status === 503 ? retryMs : FIRST_WAIT_MS;
    return new Refused(new SoutuError('NetworkError', said), status === 504 ? null : wait);
  }
  // A new release has another model: the page reads the newest manifest, and asks once more.
  if (answer?.code === 'model-mismatch' || answer?.code === 'dimension-mismatch') {
    return new Refused(new MissingFileError(said), null);
  }
  if (status === 409) return new Refused(new SoutuError('BundleError', said), null);
  if (!answer) return new Refused(notAService(url, `HTTP ${status}`), null);
  return new Refused(new SoutuError('UsageError', words), null);
}

function refusalIn(text: string): { code: string; message: string } | null {
  try {
    const { code, message } = JSON.parse(text);
    return typeof code === 'string' && typeof message === 'string' ? { code, message } : null;
  } catch {
    return null;
  }
}

function parsed(url: string, text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch {}
  throw notAService(url, text.slice(0, 40));
}

export function notAService(url: string, got: string): SoutuError {
  return new SoutuError(
    'BundleError',
    `${url}: expected the answer of a search service, got ${got}. "remote" must be the address of "soutu serve".`,
  );
}
