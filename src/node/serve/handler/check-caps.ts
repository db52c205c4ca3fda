import type { Condition, SearchOptions } from '../../../core/contract.ts';
import { HttpError } from './http-error.ts';
import type { ServeLimits } from './limits.ts';

/**
 * Refuses a search that would cost an engine too much; nothing is cut down silently.
 * @throws HttpError 400 that names the option, its limit and what came
 */
export function checkCaps(options: SearchOptions, limits: ServeLimits): void {
  const { size = 10, from = 0, ef = 1, filter = {}, facets = [], ranges = [], text = '' } = options;
  cap('"size"', size, limits.size);
  cap('"from" + "size"', from + size, limits.depth);
  cap('"ef"', ef, limits.ef);
  cap('The number of conditions of "filter"', Object.keys(filter).length, limits.conditions);
  cap('The number of "facets" and "ranges"', facets.length + ranges.length, limits.conditions);
  cap('The number of characters of "text"', text.length, limits.characters);
  cap('The number of words of "text"', text.split(/[^\p{L}\p{N}]+/u).length, limits.words);
  for (const [name, condition] of Object.entries(filter)) {
    const values = valuesOf(condition);
    cap(`The number of values of "filter.${name.slice(0, 60)}"`, values.length, limits.values);
    for (const value of [name, ...values]) {
      cap('The number of characters in "filter"', String(value).length, limits.characters);
    }
  }
  for (const name of [...facets, ...ranges, options.sort?.by ?? '']) {
    cap('The number of characters of an attribute', name.length, limits.characters);
  }
}

/**
 * Some options compare every item, which takes an engine seconds where there are very many.
 * @throws HttpError 400
 */
export function checkRows(
  { sort, exact = false }: SearchOptions,
  count: number,
  { rows }: ServeLimits,
): void {
  if (count <= rows || (!sort && !exact)) return;
  throw new HttpError(
    400,
    'over-limit',
    `"${sort ? 'sort' : 'exact'}" compares all ${count} items of this catalogue, this service compares at most ${rows}. ` +
      'Leave it out, or start the service with a higher --max-rows.',
  );
}

function valuesOf(condition: Condition): readonly unknown[] {
  if (Array.isArray(condition)) return condition;
  return typeof condition === 'object' ? [] : [condition];
}

/** @param what at the beginning of a sentence */
export function cap(what: string, value: number, most: number): void {
  if (value <= most) return;
  throw new HttpError(
    400,
    'over-limit',
    `${what} is ${value}, this service accepts at most ${most}.`,
  );
}
