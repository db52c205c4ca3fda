import type { Incoming } from '../incoming.ts';
import type { LogDetails } from '../log.ts';

export interface Route {
  /** For the log and the metrics. */
  readonly name: 'search' | 'elastic' | 'root' | 'info' | 'health' | 'metrics';
  /** As error messages name it. */
  readonly path: string;
  /** `GET` stands for `HEAD`, too. */
  readonly method: 'GET' | 'POST';
  /** Whether its requests count for the rate limit. */
  readonly isRateLimited: boolean;
  /**
   * @param details of this request's log entry, to which the route adds; they are logged if it throws, too
   * @throws HttpError; errors of the store
   */
  run(request: Incoming, details: LogDetails): Promise<Answer>;
}

/** With status 200; other answers are thrown as an `HttpError`. */
export interface Answer {
  readonly body: string;
  /** Default: JSON. */
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}
