/** A request and its answer, whatever carries them: `Request` and `Response` of the web (web-request.ts), or Node's own server. */
export interface Incoming {
  readonly method: string;
  /** As the client sees it; a proxy may have changed scheme and host. */
  readonly url: URL;
  /** Aborts when the client has closed the connection. */
  readonly signal: AbortSignal;
  /** @returns null if the request has no such header */
  header(name: string): string | null;
  /**
   * @returns null if there is no body
   * @throws HttpError 408 after `timeoutMs`, 413 after `bodyBytes` (the connection cannot be used again), 499
   */
  body(limits: BodyLimits): Promise<Uint8Array | null>;
}

export interface BodyLimits {
  readonly bodyBytes: number;
  readonly timeoutMs: number;
}

export interface Outgoing {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** null for an answer without a body */
  readonly body: string | null;
}
