/** The attributes and values that a response can be filtered by. */

import type { SearchResponse, Sort } from '../../core/contract.ts';
import { ownEntry } from '../../core/own-entry.ts';
import type { AnsweredState } from '../state.ts';
import type { Words } from '../words/words.ts';
import type { Refinement } from './refinement.ts';

export interface Facet {
  readonly attribute: string;
  readonly values: readonly FacetValue[];
  readonly chosen: readonly string[];
  /** The values are the levels of a tree (core/attribute-path.ts). */
  readonly isTree: boolean;
}

export interface FacetValue {
  readonly value: string;
  /** Number of hits with this value; null if the index counted only some of them. */
  readonly count: number | null;
}

/** More facets would push the pictures out of view. The catalogue's order decides which are used. */
const MOST_FACETS = 6;
/** A currency is part of a price, not a filter of its own. */
const NO_FACETS = ['currency'];

/** Attributes with several values among the hits, or with a filter set by the visitor. */
export function facetsIn(
  { facets, ranges, totalRelation }: Pick<SearchResponse, 'facets' | 'ranges' | 'totalRelation'>,
  { filter }: Refinement,
  words: Words,
): Facet[] {
  return [...new Set([...Object.keys(facets), ...Object.keys(filter)])]
    .filter((attribute) => !NO_FACETS.includes(attribute) && !Object.hasOwn(ranges, attribute))
    .map((attribute): Facet => {
      const counts = new Map(Object.entries(ownEntry(facets, attribute) ?? {}));
      const chosen = ownEntry(filter, attribute) ?? [];
      for (const value of chosen) if (!counts.has(value)) counts.set(value, 0);
      const values = [...counts].map(([value, count]) => ({
        value,
        count: totalRelation === 'eq' ? count : null,
      }));
      values.sort((a, b) => words.compare(a.value, b.value));
      return { attribute, values, chosen, isTree: words.isTree(attribute) };
    })
    .filter(({ values, chosen }) => values.length > 1 || chosen.length > 0)
    .filter(({ chosen }, i) => i < MOST_FACETS || chosen.length > 0);
}

/** Numeric attributes that most hits have. Sorting needs at least two hits. */
export function ordersIn(state: AnsweredState, chosen: Sort | null): string[] {
  const hits = state.state === 'results' ? state.hits : [];
  const counts = new Map<string, number>();
  for (const { item } of hits) {
    for (const [attribute, value] of Object.entries(item.attributes ?? {})) {
      if (typeof value === 'number') counts.set(attribute, (counts.get(attribute) ?? 0) + 1);
    }
  }
  const common = [...counts]
    .filter(([, count]) => hits.length > 1 && count > hits.length / 2)
    .map(([attribute]) => attribute);
  return chosen ? [...new Set([...common, chosen.by])] : common;
}
