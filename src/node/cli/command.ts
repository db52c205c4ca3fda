import type { ParseArgsConfig } from 'node:util';
import { SoutuError } from '../../core/errors.ts';

export interface Parsed {
  readonly positionals: readonly string[];
  readonly values: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;
}

/** Default 0. A command that printed some results, but not all, ends with 1. */
export type ExitCode = 0 | 1;

/** One command of the command line. */
export interface Command {
  readonly help: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** Words of which one follows the command, for completion. */
  readonly words?: readonly string[];
  /** @throws SoutuError `UsageError` (exit code 2) or any other (exit code 1) */
  run(parsed: Parsed): Promise<ExitCode> | Promise<void>;
}

/** The arguments that are not options, as many as there are names. */
export function positionals(parsed: Parsed, names: readonly string[]): string[] {
  const given = [...parsed.positionals];
  if (given.length === names.length) return given;
  const got = given.length === 0 ? 'nothing' : given.map((g) => `"${g}"`).join(' ');
  throw new SoutuError('UsageError', `Expected ${names.join(' ')}, got ${got}. See --help.`);
}

export function text(parsed: Parsed, flag: string): string | undefined {
  const value = parsed.values[flag];
  return typeof value === 'string' ? value : undefined;
}

export function requiredText(parsed: Parsed, flag: string, what: string): string {
  const value = text(parsed, flag);
  if (value) return value;
  throw new SoutuError('UsageError', `--${flag} ${what} is missing. See --help.`);
}

export function flag(parsed: Parsed, name: string): boolean {
  return parsed.values[name] === true;
}

/** @returns undefined if the option was not given */
export function number(
  parsed: Parsed,
  name: string,
  range: { min: number; max?: number; whole?: boolean },
): number | undefined {
  const given = text(parsed, name);
  if (given === undefined) return undefined;
  const value = given.trim() === '' ? Number.NaN : Number(given);
  const { min, max = Number.MAX_SAFE_INTEGER, whole = true } = range;
  if (value >= min && value <= max && (!whole || Number.isInteger(value))) return value;
  const kind = whole ? 'a whole number' : 'a number';
  const bounds = max === Number.MAX_SAFE_INTEGER ? `from ${min} up` : `from ${min} to ${max}`;
  throw new SoutuError('UsageError', `--${name} must be ${kind} ${bounds}, got "${given}".`);
}
