/** One line of the log for each request. It has no vector and no address of a client. */
export interface LogEntry {
  /** ISO 8601 */
  readonly time: string;
  readonly level: 'info' | 'warn' | 'error';
  readonly method: string;
  /** `search`, `elastic`, `info`, `health`, `metrics` or `none`. */
  readonly route: string;
  readonly status: number;
  readonly ms: number;
  readonly release?: string;
  /** Milliseconds in the engine. */
  readonly engineMs?: number;
  readonly hits?: number;
  readonly code?: string;
  readonly error?: string;
  /** Only if the owner asked for it: the ids, the text and the filter of the query. */
  readonly query?: unknown;
}

export type Log = (entry: LogEntry) => void;

/** `postgres://user:secret@host` without the secret, whatever put it into a message. */
export function withoutCredentials(text: string): string {
  return text
    .replace(/\b([a-z][a-z+]*:\/\/)[^\s/@]*@/gi, '$1***@')
    .replace(/\b(password|api[-_]?key|authorization)(["']?\s*[=:]\s*)\S+/gi, '$1$2***');
}
