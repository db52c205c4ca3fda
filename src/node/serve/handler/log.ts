import { messageOf } from '../../../core/errors.ts';
import type { HttpError } from './http-error.ts';

/** One line of the log for each request. It has no vector and no address of a client. */
export interface LogEntry {
  /** ISO 8601 */
  readonly time: string;
  readonly level: 'info' | 'warn' | 'error';
  readonly method: string;
  /** `search`, `elastic`, `root`, `info`, `health`, `metrics` or `none`. */
  readonly route: string;
  readonly status: number;
  readonly ms: number;
  readonly release?: string;
  /** Milliseconds in the engine. */
  readonly engineMs?: number;
  readonly hits?: number;
  readonly code?: string;
  /** The words of an error. Those of a client's fault may quote its query, so they come with `query` only. */
  readonly error?: string;
  /** Only if the owner asked for it: the ids, the text and the filter of the query. */
  readonly query?: unknown;
}

/** What a route adds to the entry of its request. */
export type LogDetails = {
  -readonly [Name in 'release' | 'engineMs' | 'hits' | 'query']?: LogEntry[Name];
};

export type Log = (entry: LogEntry) => void;

export function noteSearch(
  details: LogDetails,
  release: string,
  engineMs: number,
  hits: number,
): void {
  details.release = release;
  details.engineMs = hundredths(engineMs);
  details.hits = hits;
}

/** @param logQueries whether the words of an error may quote a query */
export function logEntryOf(
  { method, route, status, ms }: Pick<LogEntry, 'method' | 'route' | 'status' | 'ms'>,
  details: LogDetails,
  failure: HttpError | null,
  logQueries: boolean,
): LogEntry {
  const entry = {
    time: new Date().toISOString(),
    level: status >= 500 ? 'error' : status >= 400 ? 'warn' : 'info',
    method,
    route,
    status,
    ms: hundredths(ms),
  } as const;
  const error = failure && (status >= 500 || logQueries) ? { error: reasonOf(failure) } : null;
  return Object.assign(entry, details, failure ? { code: failure.code } : null, error);
}

function hundredths(ms: number): number {
  return Math.round(ms * 100) / 100;
}

/** With the engine's own words, which clients are not shown. */
function reasonOf({ message, cause }: HttpError): string {
  const own = cause === undefined ? null : messageOf(cause);
  return withoutCredentials(own && own !== message ? `${message} (${own})` : message);
}

const MOST_CHARACTERS = 1000;

/** `postgres://user:secret@host` without the secret, whatever put it into a message. */
export function withoutCredentials(text: string): string {
  // Bounded: a message may quote what a client sent, and a pattern that looks for an "@" reads on to find it.
  return text
    .slice(0, 4 * MOST_CHARACTERS)
    .replace(/(?<![a-z+])([a-z][a-z+]{0,30}:\/\/)[^\s/@]{0,300}@/gi, '$1***@')
    .replace(/\b(password|api[-_]?key|authorization)(["']?\s*[=:]\s*)\S+/gi, '$1$2***')
    .slice(0, MOST_CHARACTERS);
}
