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

export type Log = (entry: LogEntry) => void;

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
