import { describe } from '../../../core/describe.ts';
import { SoutuError } from '../../../core/errors.ts';

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

/**
 * The owner's limits, and the defaults for the others.
 * @throws SoutuError `UsageError`
 */
export function checkLimits(given: Partial<ServeLimits> = {}): ServeLimits {
  const limits: Record<string, number> = { ...DEFAULT_LIMITS };
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(DEFAULT_LIMITS, name) || !(value >= 1 && value <= Number.MAX_SAFE_INTEGER)) {
      throw new SoutuError(
        'UsageError',
        `createHandler: "limits.${name}" must be a number from 1 up and one of ${Object.keys(DEFAULT_LIMITS).join(', ')}, got ${describe(value)}.`,
      );
    }
    limits[name] = value;
  }
  return limits as unknown as ServeLimits;
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
