/** The visitor's filters and sort order, and their conversion to search options. Pure functions. */

import type { SearchOptions, Sort } from '../../core/contract.ts';
import { ownEntry } from '../../core/own-entry.ts';

export interface Refinement {
  /** attribute → its chosen values, of which a hit must have at least one; no list is empty */
  readonly filter: Readonly<Record<string, readonly string[]>>;
  /** null: by similarity */
  readonly sort: Sort | null;
  /** Number of visible pages. */
  readonly pages: number;
}

export const PLAIN: Refinement = { filter: {}, sort: null, pages: 1 };

export function refinementOf({ filter = {}, sort }: SearchOptions, pages = 1): Refinement {
  const chosen = Object.entries(filter).map(([attribute, values]) => [
    attribute,
    (Array.isArray(values) ? values : [values]).map(String),
  ]);
  return { filter: Object.fromEntries(chosen), sort: sort ?? null, pages };
}

/** @param base the element's own search options */
export function optionsFor(base: SearchOptions, { filter, sort }: Refinement): SearchOptions {
  const { filter: _, sort: __, ...rest } = base;
  return { ...rest, ...(isFiltered({ filter }) ? { filter } : {}), ...(sort ? { sort } : {}) };
}

/** Options that request the first pages at once, for a shared URL with several pages. */
export function firstPages(options: SearchOptions, { pages }: Refinement): SearchOptions {
  return pages > 1 && options.size ? { ...options, size: options.size * pages } : options;
}

export function isFiltered({ filter }: Pick<Refinement, 'filter'>): boolean {
  return Object.keys(filter).length > 0;
}

/** Toggles a value; the new selection starts at the first page. */
export function toggled(before: Refinement, attribute: string, value: string): Refinement {
  const chosen = ownEntry(before.filter, attribute) ?? [];
  const now = chosen.includes(value)
    ? chosen.filter((other) => other !== value)
    : [...chosen, value];
  const others = Object.entries(before.filter).filter(([key]) => key !== attribute);
  const entries = now.length > 0 ? [...others, [attribute, now]] : others;
  return { ...before, filter: Object.fromEntries(entries), pages: 1 };
}

export function sameRefinement(a: Refinement, b: Refinement): boolean {
  return keyOf(a) === keyOf(b);
}

function keyOf({ filter, sort, pages }: Refinement): string {
  const chosen = Object.entries(filter)
    .map(([attribute, values]) => [attribute, [...values].sort()])
    .sort();
  return JSON.stringify([chosen, sort?.by, sort?.order === 'desc', pages]);
}
