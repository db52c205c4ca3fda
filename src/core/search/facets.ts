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

/** The attributes that divide a catalogue: texts, of 2 to 50 different values, in the items' order. */
export function facetsOf(items: readonly SearchItem[]): string[] {
  const values = new Map<string, Set<string> | null>();
  for (const item of items) {
    for (const [attribute, value] of Object.entries(item.attributes ?? {})) {
      const known = values.get(attribute);
      if (known === null) continue;
      if (typeof value === 'number') {
        values.set(attribute, null);
        continue;
      }
      const seen = known ?? new Set();
      for (const one of typeof value === 'object' ? value : [String(value)]) seen.add(one);
      values.set(attribute, seen.size > MOST_VALUES ? null : seen);
    }
  }
  return [...values].flatMap(([attribute, seen]) => (seen && seen.size > 1 ? [attribute] : []));
}
