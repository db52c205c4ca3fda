/** The most that one request may ask for. Every limit can be raised or lowered by the owner. */
export interface ServeLimits {
  /** Hits per page. */
  readonly size: number;
  /** `from` + `size`: how deep a client can page. */
  readonly depth: number;
  /** Beam width of an approximate search. */
  readonly ef: number;
  /** Conditions of a filter, and facets and ranges together. */
  readonly conditions: number;
  /** Values of one condition. */
  readonly values: number;
  /** Characters of `text`, of an id, and of a filter's value. */
  readonly characters: number;
  /** Words of `text`. */
  readonly words: number;
  /** Items of a catalogue that `sort` and `exact`, which compare them all, are answered for. */
  readonly rows: number;
  /** Bytes of a request's body. */
  readonly bodyBytes: number;
  /** Milliseconds that a body may take to arrive, and that a search may take. */
  readonly timeoutMs: number;
  /** Searches at the same time; more are refused with 503. */
  readonly inFlight: number;
}

export const DEFAULT_LIMITS: ServeLimits = {
  size: 100,
  depth: 10_000,
  ef: 1000,
  conditions: 32,
  values: 256,
  characters: 1000,
  words: 32,
  rows: 50_000,
  bodyBytes: 262_144,
  timeoutMs: 10_000,
  inFlight: 256,
};
