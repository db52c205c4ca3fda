import type { SearchOptions } from '../contract.ts';
import { describe } from '../describe.ts';
import { SoutuError } from '../errors.ts';

export type CheckedOptions = Required<Omit<SearchOptions, 'fields' | 'sort'>> &
  Pick<SearchOptions, 'fields' | 'sort'>;

const WHOLE = { size: 1, from: 0, ef: 1 } as const;

/**
 * Fills in the defaults.
 * @throws SoutuError `UsageError` that names the option, what it takes and what came
 */
export function checkOptions(options: SearchOptions, defaultMinScore: number): CheckedOptions {
  const checked = {
    size: 10,
    from: 0,
    ef: 64,
    group: false,
    filter: {},
    facets: [],
    exact: false,
    ...withoutUndefined(options),
  };
  for (const [name, least] of Object.entries(WHOLE) as [keyof typeof WHOLE, number][]) {
    const value = checked[name];
    if (!Number.isSafeInteger(value) || value < least) {
      throw new SoutuError(
        'UsageError',
        `Search option "${name}" must be a whole number from ${least} up, got ${describe(value)}.`,
      );
    }
  }
  const minScore = checked.minScore ?? defaultMinScore;
  if (!(minScore >= -1 && minScore <= 1)) {
    throw new SoutuError(
      'UsageError',
      `Search option "minScore" must be a cosine from -1 to 1, got ${describe(minScore)}.`,
    );
  }
  const { sort } = checked;
  const orders: readonly unknown[] = ['asc', 'desc', undefined];
  if (sort && (typeof sort.by !== 'string' || !orders.includes(sort.order))) {
    throw new SoutuError(
      'UsageError',
      'Search option "sort" must be { by: "an attribute", order: "asc" or "desc" }, got ' +
        `${describe(sort)}.`,
    );
  }
  return { ...checked, minScore };
}

function withoutUndefined(options: SearchOptions): SearchOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
