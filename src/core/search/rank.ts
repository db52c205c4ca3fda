/**
 * Ranking: from the neighbours that an index found to the page of hits that a visitor sees. Pure; every
 * engine's answer passes through it.
 *
 *     neighbours, best first ─▶ cut-off ─▶ filter ─▶ group ─▶ sort ─▶ count ─▶ page
 */
import type { Filter, Hit, ScoredItem, SearchResponse, Sort } from '../contract.ts';
import { groupOf, type IndexedItem, type Item } from '../item.ts';
import { matcher, numberOf, valuesOf } from './filter.ts';
import type { CheckedOptions } from './options.ts';

/** A row of the index and its cosine to the query. */
export interface Neighbour {
  readonly row: number;
  readonly score: number;
}

export type Ranked = Pick<SearchResponse, 'hits' | 'total' | 'facets'>;

/**
 * @param neighbours best first, ties by row
 * @param items row i belongs to the item i
 */
export function rank(
  neighbours: readonly Neighbour[],
  items: readonly IndexedItem[],
  options: Pick<
    CheckedOptions,
    'size' | 'from' | 'minScore' | 'group' | 'filter' | 'sort' | 'facets' | 'fields'
  >,
): Ranked {
  const itemAt = ({ row }: Neighbour) => items[row] as IndexedItem;
  const similar = neighbours.filter((n) => n.score >= options.minScore);
  const groupsOf = (filter: Filter): Neighbour[][] => {
    const matches = matcher(filter);
    const kept = similar.filter((n) => matches(itemAt(n)));
    return options.group
      ? groupBy(kept, (n) => groupOf(itemAt(n)))
      : kept.map((neighbour) => [neighbour]);
  };
  const groups = groupsOf(options.filter);
  const bestOf = (found: Neighbour[][]) => found.map(([best]) => itemAt(best as Neighbour));
  const ordered = options.sort
    ? sortBy(groups, options.sort, ([best]) => itemAt(best as Neighbour))
    : groups;
  const scored = (n: Neighbour): ScoredItem => {
    const item = itemAt(n);
    // Rounding may push the inner product of unit vectors past 1.
    const score = Math.max(-1, Math.min(1, n.score));
    return { id: item.id, score, item: pick(item, options.fields) };
  };
  const toHit = ([best, ...more]: Neighbour[]): Hit => {
    const first = best as Neighbour;
    return { ...scored(first), group: groupOf(itemAt(first)), more: more.map(scored) };
  };
  return {
    hits: ordered.slice(options.from, options.from + options.size).map(toHit),
    total: groups.length,
    facets: Object.fromEntries(
      options.facets.map((attribute) => {
        const counted = Object.hasOwn(options.filter, attribute)
          ? groupsOf(without(options.filter, attribute))
          : groups;
        return [attribute, countValues(bestOf(counted), attribute.normalize('NFC'))];
      }),
    ),
  };
}

/** Stable: equals stay in the order of likeness. */
function sortBy<T>(values: readonly T[], { by, order }: Sort, itemOf: (value: T) => Item): T[] {
  const sign = order === 'desc' ? -1 : 1;
  return values
    .map((value) => ({ value, key: numberOf(itemOf(value), by) }))
    .sort((a, b) => {
      if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null);
      return sign * (a.key - b.key);
    })
    .map(({ value }) => value);
}

function without(filter: Filter, attribute: string): Filter {
  return Object.fromEntries(Object.entries(filter).filter(([key]) => key !== attribute));
}

/** Groups in the order of their first, best member. */
function groupBy<T>(values: readonly T[], key: (value: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const group = groups.get(key(value));
    if (group) group.push(value);
    else groups.set(key(value), [value]);
  }
  return [...groups.values()];
}

function countValues(items: readonly IndexedItem[], attribute: string): Record<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) {
    for (const value of new Set(valuesOf(item, attribute))) {
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
  }
  return Object.fromEntries(counts);
}

function pick(item: IndexedItem, fields: CheckedOptions['fields']): ScoredItem['item'] {
  if (!fields) return item;
  const wanted = Object.entries(item).filter(([key]) =>
    (fields as readonly string[]).includes(key),
  );
  return { ...Object.fromEntries(wanted), id: item.id };
}
