import { isPath } from '../attribute-path.ts';
import type { SearchItem } from '../item.ts';

/** More values than these are a search of their own. */
const MOST_VALUES = 50;

/** The numeric attributes with two or more different numbers, in the items' order. */
export function numericOf(items: readonly SearchItem[]): string[] {
  const known = new Map<string, { first: number; isVaried: boolean } | null>();
  for (const item of items) {
    for (const [attribute, value] of Object.entries(item.attributes ?? {})) {
      const seen = known.get(attribute);
      if (seen === null) continue;
      if (typeof value !== 'number') known.set(attribute, null);
      else if (!seen) known.set(attribute, { first: value, isVaried: false });
      else if (value !== seen.first) seen.isVaried = true;
    }
  }
  return [...known].flatMap(([attribute, seen]) => (seen?.isVaried ? [attribute] : []));
}

/** The most values of an attribute with levels, all levels together. */
const MOST_LEVELS = 1000;

/**
 * The attributes that divide a catalogue, in the items' order: texts, of 2 to 50 different values. Of an attribute with
 * levels the first level counts.
 */
export function facetsOf(items: readonly SearchItem[]): string[] {
  const values = new Map<string, Set<string> | null>();
  const deeper = new Map<string, Set<string>>();
  for (const item of items) {
    for (const [attribute, value] of Object.entries(item.attributes ?? {})) {
      const known = values.get(attribute);
      if (known === null) continue;
      if (typeof value === 'number') {
        values.set(attribute, null);
        continue;
      }
      const seen = known ?? new Set();
      const below = deeper.get(attribute) ?? new Set();
      const list = typeof value === 'object' ? value : [String(value)];
      const own = isPath(list) ? list.slice(0, 1) : list;
      for (const one of own) seen.add(one);
      for (const one of list.slice(own.length)) below.add(one);
      deeper.set(attribute, below);
      const isTooMuch = seen.size > MOST_VALUES || below.size > MOST_LEVELS;
      values.set(attribute, isTooMuch ? null : seen);
    }
  }
  return [...values].flatMap(([attribute, seen]) =>
    seen && seen.size + (deeper.get(attribute)?.size ?? 0) > 1 ? [attribute] : [],
  );
}
