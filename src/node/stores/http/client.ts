/** JSON over HTTP for the engines that speak it, with `fetch` and nothing else. */

import { isRecord } from '../../../core/check-record.ts';
import type { CancelSignal } from '../../../core/contract.ts';
import { messageOf } from '../../../core/errors.ts';
import type { HttpStore } from '../address.ts';
import { type Retries, withRetries } from '../retry.ts';

/** A visitor waits. */
export const QUERY_RETRIES: Retries = { tries: 2, backOffMs: 50 };
const QUERY_MS = 30_000;
const WRITE_MS = 300_000;
/** The largest answer there is: texts of 50,000 rows. What has more comes from no engine. */
const MOST_BYTES = 256 * 2 ** 20;

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';

export interface RequestOptions {
  /** Default: as of a query. */
  readonly retries?: Retries;
  /** Default 30 s, and 5 min for requests that write. */
  readonly timeoutMs?: number;
  /** The text of the body is one JSON value; default: lines of JSON. */
  readonly isJson?: boolean;
  /** Most bytes of the answer; default 256 MB. */
  readonly mostBytes?: number;
  /** Ends the request, if it is an `AbortSignal`. */
  readonly signal?: CancelSignal | undefined;
}

/**
 * The engine answered with an error, or did not answer: `status` is 0 then, and `code` that of the network. Otherwise
 * `code` is the engine's name of the error, or `HTTP` and the status.
 */
export class HttpFault extends Error {
  readonly status: number;
  readonly code: string;
  readonly body: unknown;

  constructor(message: string, status: number, code: string, body: unknown) {
    super(message);
    this.status = status;
    this.code = code;
    this.body = body;
  }
}

/** How an engine says what is wrong: the type and the words. */
export type ReadError = (body: unknown) => { readonly code: string; readonly reason: string };

/**
 * Too many requests, a node that starts or a proxy without one behind it; and whatever happened to the connection. A query
 * that took too long is not sent again: it would take longer on an engine that is overloaded.
 */
const mayPass = (error: unknown, isWrite: boolean) =>
  error instanceof HttpFault &&
  [0, 429, 502, 503, 504].includes(error.status) &&
  (isWrite || error.code !== 'ETIMEDOUT');

export class HttpClient {
  readonly #address: HttpStore;
  readonly #readError: ReadError;
  readonly #headers: Readonly<Record<string, string>>;

  /** @param headers that tell who asks; default: `Authorization`, as Elasticsearch and OpenSearch read it */
  constructor(address: HttpStore, readError: ReadError, headers?: Record<string, string>) {
    this.#address = address;
    this.#readError = readError;
    this.#headers = headers ?? basicOf(address);
  }

  /**
   * @param path begins with "/"
   * @param body a value, or text: lines of JSON, or JSON with `isJson`
   * @throws HttpFault, after retries if a later try may succeed
   */
  async request(
    method: Method,
    path: string,
    body?: unknown,
    options: RequestOptions = {},
  ): Promise<unknown> {
    const { retries = QUERY_RETRIES, signal } = options;
    return withRetries(
      () => this.#once(method, path, body, options),
      (error) => mayPass(error, retries !== QUERY_RETRIES) && signal?.aborted !== true,
      retries,
    );
  }

  async #once(
    method: Method,
    path: string,
    body: unknown,
    { retries = QUERY_RETRIES, isJson = false, signal, ...limits }: RequestOptions,
  ): Promise<unknown> {
    signal?.throwIfAborted();
    const isWrite = retries !== QUERY_RETRIES;
    const { timeoutMs: limitMs = isWrite ? WRITE_MS : QUERY_MS, mostBytes = MOST_BYTES } = limits;
    const timeout = AbortSignal.timeout(limitMs);
    const isText = typeof body === 'string';
    const isLines = isText && !isJson;
    let status: number;
    let text: string;
    try {
      const response = await fetch(`${this.#address.url}${path}`, {
        method,
        headers: {
          ...this.#headers,
          accept: 'application/json',
          ...(body === undefined
            ? {}
            : { 'content-type': isLines ? 'application/x-ndjson' : 'application/json' }),
        },
        ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
        // An engine does not redirect, and credentials are not for another server.
        redirect: 'error',
        signal: signal instanceof AbortSignal ? AbortSignal.any([signal, timeout]) : timeout,
      });
      status = response.status;
      text = await textOf(response, mostBytes);
    } catch (error) {
      signal?.throwIfAborted();
      throw error instanceof HttpFault ? error : lost(error, limitMs);
    }
    const parsed = parsedOf(text);
    if (status >= 200 && status < 300 && (parsed !== undefined || text === '')) return parsed;
    const { code, reason } = this.#readError(parsed);
    const page = parsed === undefined && text !== '' ? saidInText(text) : '';
    const name = status === 401 || code === '' ? `HTTP${status}` : code;
    throw new HttpFault(reason || `The server answered ${status}${page}`, status, name, parsed);
  }
}

/** A header's value that any text may be part of: `fetch` sends a byte for each character, and servers read UTF-8. */
export const headerOf = (text: string) => Buffer.from(text).toString('latin1');

function basicOf({ user, password, apiKey }: HttpStore): Record<string, string> {
  if (apiKey !== undefined) return { authorization: `ApiKey ${apiKey}` };
  if (user === undefined) return {};
  const pair = Buffer.from(`${user}:${password ?? ''}`).toString('base64');
  return { authorization: `Basic ${pair}` };
}

/** @throws HttpFault if the answer has more bytes than any of an engine */
async function textOf({ body, status }: Response, mostBytes: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body ?? []) {
    parts.push(part);
    bytes += part.length;
    // Leaving the loop ends the connection.
    if (bytes > mostBytes) {
      const what = `The answer has more than ${mostBytes / 2 ** 20} MB, which no engine sends`;
      throw new HttpFault(what, status, 'TOOLARGE', undefined);
    }
  }
  return Buffer.concat(parts).toString('utf8');
}

/** A short text is the server's own words; a proxy sends a page. */
function saidInText(text: string): string {
  const isPage = text.length > 200 || /<[a-z!]/i.test(text);
  return isPage ? ' with a page, not JSON' : `: ${text.trim()}`;
}

function parsedOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function lost(error: unknown, limitMs: number): HttpFault {
  const { name, cause } = error as { name?: string; cause?: unknown };
  if (name === 'TimeoutError') {
    return new HttpFault(`No answer within ${limitMs / 1000} s`, 0, 'ETIMEDOUT', undefined);
  }
  const inner = isRecord(cause) || cause instanceof Error ? cause : error;
  const { code } = inner as { code?: unknown };
  return new HttpFault(messageOf(inner) || String(code), 0, String(code ?? ''), undefined);
}
