/** Checks an object of options: the same words for every function that takes some. */
import { describe } from './describe.ts';
import { SoutuError } from './errors.ts';
import { nearestName } from './nearest-name.ts';

/** What an option accepts, as a test and in words that follow "must be". */
export type Rule = readonly [accepts: (value: unknown) => boolean, words: string];

export type RulesFor<T> = { readonly [Name in keyof T]-?: Rule };

/**
 * An option that is undefined counts as not given.
 * @param what names the options in errors, for example `Search option`
 * @throws SoutuError `UsageError` that names the option, what it accepts and what it got
 */
export function checkRecord(
  record: unknown,
  rules: Readonly<Record<string, Rule>>,
  what: string,
): void {
  if (!isRecord(record)) {
    throw new SoutuError('UsageError', `${what}s must be an object, got ${describe(record)}.`);
  }
  for (const [name, value] of Object.entries(record)) {
    if (value === undefined) continue;
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (!rule) throw unknownName(name, Object.keys(rules), what);
    const [accepts, words] = rule;
    if (accepts(value)) continue;
    throw new SoutuError(
      'UsageError',
      `${what} "${name}" must be ${words}, got ${describe(value)}.`,
    );
  }
}

function unknownName(name: string, known: readonly string[], what: string): SoutuError {
  const nearest = nearestName(name, known);
  return new SoutuError(
    'UsageError',
    `${what} ${describe(name)} is unknown. ` +
      (nearest ? `Did you mean "${nearest}"?` : `Known are ${known.join(', ')}.`),
  );
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

export const A_FUNCTION: Rule = [(value) => typeof value === 'function', 'a function'];
export const ABOVE_ZERO: Rule = [
  (value) => Number.isFinite(value) && (value as number) > 0,
  'a number above 0',
];
