/** The visitor's filters and sort order, and their conversion to search options. Pure functions. */

import type { Condition, NumberRange, SearchOptions, Sort } from '../../core/contract.ts';
import { ownEntry } from '../../core/own-entry.ts';
import { isRange } from '../../core/search/number-range.ts';

export interface Refinement {
  /** attribute → its chosen values, of which a hit must have at least one; no list is empty */
  readonly filter: Readonly<Record<string, readonly string[]>>;
  /** attribute → the range of its number; no attribute is also in `filter` */
  readonly ranges: Readonly<Record<string, NumberRange>>;
  /** Words that a hit's title and attributes contain; empty for any. */
  readonly text: string;
  /** null: by similarity */
  readonly sort: Sort | null;
  /** Number of visible pages. */
  readonly pages: number;
}

export const PLAIN: Refinement = { filter: {}, ranges: {}, text: '', sort: null, pages: 1 };

export function refinementOf(
  { filter = {}, text = '', sort }: SearchOptions,
  pages = 1,
): Refinement {
  const chosen: [string, string[]][] = [];
  const ranges: [string, NumberRange][] = [];
  for (const [attribute, condition] of Object.entries(filter)) {
    if (isRange(condition)) ranges.push([attribute, condition]);
    else chosen.push([attribute, [condition].flat().map(String)]);
  }
  return {
    filter: Object.fromEntries(chosen),
    ranges: Object.fromEntries(ranges),
    text,
    sort: sort ?? null,
    pages,
  };
}

/** @param base the element's own search options */
export function optionsFor(base: SearchOptions, refinement: Refinement): SearchOptions {
  const { filter: _, text: __, sort: ___, ...rest } = base;
  const { text, sort } = refinement;
  const filter: Record<string, Condition> = { ...refinement.filter, ...refinement.ranges };
  return {
    ...rest,
    ...(Object.keys(filter).length > 0 ? { filter } : {}),
    ...(text ? { text } : {}),
    ...(sort ? { sort } : {}),
  };
}

/** Options that request the first pages at once, for a shared URL with several pages. */
export function firstPages(options: SearchOptions, { pages }: Refinement): SearchOptions {
  return pages > 1 && options.size ? { ...options, size: options.size * pages } : options;
}

export function isFiltered({ filter, ranges, text }: Refinement): boolean {
  return Object.keys(filter).length > 0 || Object.keys(ranges).length > 0 || text !== '';
}

/** Without filters; the order stays. */
export function cleared({ sort }: Refinement): Refinement {
  return { ...PLAIN, sort };
}

export function withText(before: Refinement, text: string): Refinement {
  return { ...before, text, pages: 1 };
}

/** Sets or removes (null) the range of an attribute. */
export function withRange(
  before: Refinement,
  attribute: string,
  range: NumberRange | null,
): Refinement {
  return { ...before, ranges: withEntry(before.ranges, attribute, range), pages: 1 };
}

/** Toggles a value; the new selection starts at the first page. */
export function toggled(before: Refinement, attribute: string, value: string): Refinement {
  const chosen = ownEntry(before.filter, attribute) ?? [];
  const now = chosen.includes(value)
    ? chosen.filter((other) => other !== value)
    : [...chosen, value];
  const filter = withEntry(before.filter, attribute, now.length > 0 ? now : null);
  return { ...before, filter, pages: 1 };
}

/** Sets or removes (null) the one value of an attribute. */
export function withChoice(
  before: Refinement,
  attribute: string,
  value: string | null,
): Refinement {
  const filter = withEntry(before.filter, attribute, value === null ? null : [value]);
  return { ...before, filter, pages: 1 };
}

function withEntry<T>(
  before: Readonly<Record<string, T>>,
  attribute: string,
  value: T | null,
): Record<string, T> {
  const others = Object.entries(before).filter(([key]) => key !== attribute);
  return Object.fromEntries(value === null ? others : [...others, [attribute, value]]);
}

export function sameRefinement(a: Refinement, b: Refinement): boolean {
  return keyOf(a) === keyOf(b);
}

function keyOf({ filter, ranges, text, sort, pages }: Refinement): string {
  const chosen = Object.entries(filter)
    .map(([attribute, values]) => [attribute, [...values].sort()])
    .sort();
  const within = Object.entries(ranges)
    .map(([attribute, { gte, lte }]) => [attribute, gte ?? null, lte ?? null])
    .sort();
  return JSON.stringify([chosen, within, text, sort?.by, sort?.order === 'desc', pages]);
}
