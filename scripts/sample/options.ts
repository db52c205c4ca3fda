import { parseArgs } from 'node:util';
import { SoutuError } from '../../src/core/errors.ts';

export interface SampleOptions {
  /** The folder that `catalogue.json`, `photos`, `queries` and `queries.tsv` go into. */
  readonly out: string;
  readonly seed: number;
  /** Number of pieces to render, starting with the first. */
  readonly only: number;
}

export const PIECES = 98;

const FLAGS = '--out DIR, --seed N and --only N';

export function parseSampleOptions(args: readonly string[]): SampleOptions {
  const { values, tokens } = parseArgs({
    args: [...args],
    // Not strict, because Node's own error for an unknown flag has several lines of advice.
    strict: false,
    tokens: true,
    options: { out: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string' } },
  });
  for (const token of tokens) {
    if (token.kind === 'positional') fail(`expected flags only, got "${token.value}"`);
    if (token.kind !== 'option') continue;
    if (!['out', 'seed', 'only'].includes(token.name)) fail(`unknown flag "${token.rawName}"`);
    if (token.value === undefined) fail(`${token.rawName} needs a value`);
  }
  const out = values.out ?? 'public/sample';
  if (typeof out !== 'string' || out === '') return fail('expected a folder after --out, got ""');
  return {
    out,
    seed: wholeNumber('--seed', values.seed ?? '1', 0, 2 ** 31 - 1),
    only: wholeNumber('--only', values.only ?? String(PIECES), 1, PIECES),
  };
}

function wholeNumber(flag: string, text: string | boolean, low: number, high: number): number {
  const value = /^\d+$/.test(String(text)) ? Number(text) : Number.NaN;
  if (value >= low && value <= high) return value;
  return fail(`expected ${flag} to be a whole number from ${low} to ${high}, got "${text}"`);
}

function fail(what: string): never {
  throw new SoutuError('UsageError', `make-sample-catalogue: ${what}; it takes ${FLAGS}.`);
}
