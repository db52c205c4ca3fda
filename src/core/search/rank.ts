/**
 * Ranking: from the neighbours that a retriever found to the page of hits that a visitor sees. Pure; the answer of
 * every retriever passes through it.
 *
 *     neighbours, best first ─▶ filter ─▶ group ─▶ fold copies ─▶ sort ─▶ count ─▶ page
 */
import type { SearchResponse, Sort } from '../contract.ts';
import { conditionsOf, numberOf, type Row, valuesOf } from './filter.ts';
import { extentOf } from './number-range.ts';
import type { CheckedOptions } from './options.ts';

/** A row of the index and its cosine to the query. */
export interface Neighbour {
  readonly row: Row;
  readonly score: number;
}

export interface RankedHit {
  readonly best: Neighbour;
  /** If hits are grouped: the other members of the group, best first. */
  readonly more: readonly Neighbour[];
  /** If copies are folded: rows with a copy of the best one's picture, best first. */
  readonly copies: readonly Neighbour[];
}

export interface Ranked
  extends Pick<SearchResponse, 'total' | 'matches' | 'bestScore' | 'facets' | 'ranges'> {
  readonly page: readonly RankedHit[];
}

/**
 * @param neighbours best first, none below `minScore`
 * @param options `filter`: the conditions that the retriever has not applied already
 * @param match the score from which a hit counts as a match
 */
export function rank(
  neighbours: readonly Neighbour[],
  options: Pick<
    CheckedOptions,
    'size' | 'from' | 'group' | 'foldCopies' | 'filter' | 'sort' | 'facets' | 'ranges'
  >,
  match: number,
): Ranked {
  const hitsOf = (members: readonly Neighbour[]) => {
    const hits = options.group
      ? grouped(members)
      : members.map((best) => ({ best, more: [], copies: [] }));
    return options.foldCopies ? folded(hits) : hits;
  };
  const { matching, nearlyMatching } = sift(neighbours, options.filter);
  const hits = hitsOf(matching);
  const ordered = options.sort ? sorted(hits, options.sort) : hits;
  // An attribute's own condition is left out, so that other values can be chosen as well.
  const hitsBeside = (name: string) => {
    const counted = nearlyMatching.get(name);
    return counted ? hitsOf(counted) : hits;
  };
  return {
    page: ordered.slice(options.from, options.from + options.size),
    total: hits.length,
    matches: hits.filter(({ best }) => best.score >= match).length,
    bestScore: hits[0] ? cosineOf(hits[0].best) : null,
    facets: Object.fromEntries(
      options.facets.map((attribute) => {
        const name = attribute.normalize('NFC');
        return [attribute, countValues(hitsBeside(name), name)];
      }),
    ),
    ranges: Object.fromEntries(
      options.ranges.flatMap((attribute) => {
        const name = attribute.normalize('NFC');
        const numbers = hitsBeside(name).flatMap((hit) => numbersOf(hit, name));
        const extent = extentOf(numbers);
        return extent ? [[attribute, extent]] : [];
      }),
    ),
  };
}

/** Rounding may push the inner product of unit vectors past 1. */
export function cosineOf({ score }: Pick<Neighbour, 'score'>): number {
  return Math.max(-1, Math.min(1, score));
}

/** Tests every condition once per row: rows that meet all of them, and all except that on one attribute. */
function sift(neighbours: readonly Neighbour[], filter: CheckedOptions['filter']) {
  const conditions = conditionsOf(filter);
  if (conditions.length === 0) return { matching: neighbours, nearlyMatching: new Map() };
  const matching: Neighbour[] = [];
  const nearlyMatching = new Map<string, Neighbour[]>(
    conditions.map(({ attribute }) => [attribute, []]),
  );
  for (const neighbour of neighbours) {
    const failed = conditions.filter(({ test }) => !test(neighbour.row));
    if (failed.length === 0) matching.push(neighbour);
    for (const [attribute, members] of nearlyMatching) {
      if (failed.every((condition) => condition.attribute === attribute)) members.push(neighbour);
    }
  }
  return { matching, nearlyMatching };
}

/** Groups in the order of their first, best member. */
function grouped(neighbours: readonly Neighbour[]): RankedHit[] {
  const groups = new Map<string, { best: Neighbour; more: Neighbour[] }>();
  for (const neighbour of neighbours) {
    const hit = groups.get(neighbour.row.group);
    if (hit) hit.more.push(neighbour);
    else groups.set(neighbour.row.group, { best: neighbour, more: [] });
  }
  return [...groups.values()].map((hit) => ({ ...hit, copies: [] }));
}

/**
 * Within a hit, rows with the best one's picture are its copies. Hits that show the very same pictures become one; a
 * group that has another picture, too, stays a hit of its own.
 */
function folded(hits: readonly RankedHit[]): readonly RankedHit[] {
  if (!hits.some(({ best, more }) => best.row.copyOf || more.some(({ row }) => row.copyOf))) {
    return hits;
  }
  const known = new Map<string, { best: Neighbour; more: Neighbour[]; copies: Neighbour[] }>();
  for (const { best, more } of hits) {
    const picture = pictureOf(best.row);
    const pictures = [...new Set([best, ...more].map(({ row }) => pictureOf(row)))].sort();
    const key = JSON.stringify(pictures);
    const first = known.get(key);
    if (first) {
      first.copies.push(best, ...more);
      continue;
    }
    known.set(key, {
      best,
      more: more.filter((member) => pictureOf(member.row) !== picture),
      copies: more.filter((member) => pictureOf(member.row) === picture),
    });
  }
  return [...known.values()].map(({ best, more, copies }) => ({
    best,
    more,
    copies: copies.sort((x, y) => y.score - x.score),
  }));
}

/** The id of the first item with a row's picture. */
export function pictureOf({ id, copyOf }: Pick<Row, 'id' | 'copyOf'>): string {
  return copyOf ?? id;
}

/** Stable: of equal numbers the more similar comes first. Rows without the number come last. */
function sorted(hits: readonly RankedHit[], { by, order }: Sort): RankedHit[] {
  const sign = order === 'desc' ? -1 : 1;
  return hits
    .map((hit) => ({ hit, key: keyOf(numbersOf(hit, by), sign) }))
    .sort((a, b) => {
      if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null);
      return sign * (a.key - b.key);
    })
    .map(({ hit }) => hit);
}

/** The numbers of a hit and of its copies: an item that is folded can still be found by its numbers. */
function numbersOf({ best, copies }: RankedHit, attribute: string): number[] {
  return [best, ...copies].flatMap(({ row }) => numberOf(row, attribute) ?? []);
}

/** The number that comes first in the order. */
function keyOf(numbers: readonly number[], sign: number): number | null {
  const [first, ...others] = numbers;
  if (first === undefined) return null;
  return others.reduce((key, number) => (sign * number < sign * key ? number : key), first);
}

function countValues(hits: readonly RankedHit[], attribute: string): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { best, copies } of hits) {
    const values = [best, ...copies].flatMap(({ row }) => valuesOf(row, attribute));
    for (const value of new Set(values)) {
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
  }
  return Object.fromEntries(counts);
}
