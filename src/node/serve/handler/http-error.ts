import { ReleaseGoneError, SoutuError } from '../../../core/errors.ts';

/** An answer other than 200, with a message for the developer who reads it. */
export class HttpError extends Error {
  readonly status: number;
  /** For programs: it stays the same when the words change. */
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    { headers = {}, cause }: { headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? {} : { cause });
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** The store is away, or a folder's bundle is incomplete: later it may answer. */
const UNAVAILABLE: readonly string[] = ['StoreError', 'BundleError'];

/**
 * What clients are told of an error. Messages of an engine stay in the log: they may name hosts and tables. The cause
 * of each is the error itself.
 */
export function httpErrorOf(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof SoutuError && error.name === 'UsageError') {
    return new HttpError(400, 'bad-request', error.message, { cause: error });
  }
  if (error instanceof ReleaseGoneError) {
    const message = 'The index was replaced several times during this search. Try again.';
    return new HttpError(503, 'release-gone', message, {
      headers: { 'Retry-After': '1' },
      cause: error,
    });
  }
  if (error instanceof SoutuError && UNAVAILABLE.includes(error.name)) {
    const message =
      'The engine behind this service cannot answer at present. Try again in some seconds; the log of ' +
      'the service has the reason.';
    return new HttpError(503, 'store-unavailable', message, {
      headers: { 'Retry-After': '5' },
      cause: error,
    });
  }
  const message = 'The service failed; its log has the reason.';
  return new HttpError(500, 'internal', message, { cause: error });
}
