/**
 * Ranking: from the neighbours that an index found to the page of hits that a visitor sees. Pure; every
 * engine's answer passes through it.
 *
 *     neighbours, best first ─▶ filter ─▶ cut-off ─▶ group ─▶ count ─▶ page
 */
import type { Hit, ScoredItem, SearchResponse } from '../contract.ts';
import { groupOf, type IndexedItem } from '../item.ts';
import { matcher, valuesOf } from './filter.ts';
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
    'size' | 'from' | 'minScore' | 'group' | 'filter' | 'facets' | 'fields'
  >,
): Ranked {
  const matches = matcher(options.filter);
  const itemAt = ({ row }: Neighbour) => items[row] as IndexedItem;
  const kept = neighbours.filter((n) => n.score >= options.minScore && matches(itemAt(n)));
  const groups = options.group
    ? groupBy(kept, (n) => groupOf(itemAt(n)))
    : kept.map((neighbour) => [neighbour]);
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
    hits: groups.slice(options.from, options.from + options.size).map(toHit),
    total: groups.length,
    facets: countFacets(
      groups.map(([best]) => itemAt(best as Neighbour)),
      options.facets,
    ),
  };
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

function countFacets(
  items: readonly IndexedItem[],
  attributes: readonly string[],
): SearchResponse['facets'] {
  return Object.fromEntries(
    attributes.map((attribute) => {
      const counts = new Map<string, number>();
      for (const item of items) {
        for (const value of new Set(valuesOf(item, attribute))) {
          counts.set(value, (counts.get(value) ?? 0) + 1);
        }
      }
      return [attribute, Object.fromEntries(counts)];
    }),
  );
}

function pick(item: IndexedItem, fields: CheckedOptions['fields']): ScoredItem['item'] {
  if (!fields) return item;
  const wanted = Object.entries(item).filter(([key]) =>
    (fields as readonly string[]).includes(key),
  );
  return { ...Object.fromEntries(wanted), id: item.id };
}
