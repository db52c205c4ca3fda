/** What a report shows of a release: how photos score among the others, and which of them deserve a look. */
import type { SimilarRow } from '../../../core/bundle/similar.ts';
import type { Thresholds } from '../../../core/contract.ts';
import { groupOf, type IndexedItem } from '../../../core/item.ts';
import { dotAt } from '../../../engine/dot.ts';

/** A release as it is in memory before it is written. */
export interface IndexedCatalogue {
  /** Sorted by id; row i of the vectors is item i. */
  readonly items: readonly IndexedItem[];
  /** The vectors that a search compares; count × dimension. */
  readonly vectors: Float32Array;
  readonly dimension: number;
  /** The most similar items of other groups for each item, best first. */
  readonly similar: readonly (readonly SimilarRow[])[];
  readonly model: string;
  readonly thresholds: Thresholds;
}

export interface ScoredPhoto {
  readonly item: IndexedItem;
  readonly score: number;
}

/** A photo that is nearer to another group than to every other photo of its own. */
export interface OddPhoto {
  readonly item: IndexedItem;
  /** The photo's best score within its group. */
  readonly own: number;
  readonly nearest: ScoredPhoto;
}

export interface OddGroup {
  readonly name: string;
  readonly items: readonly IndexedItem[];
  readonly odd: readonly OddPhoto[];
}

export interface Analysis {
  /** The best score of each photo in another group. */
  readonly other: readonly number[];
  /** The best score of each photo among the others of its group; only of photos that have others. */
  readonly own: readonly number[];
  /** Photos of one group that look like other groups, the most doubtful group first. */
  readonly oddGroups: readonly OddGroup[];
  readonly oddGroupCount: number;
  /** Photos that are far from every other one, the farthest first. */
  readonly outliers: readonly (ScoredPhoto & { readonly nearest: IndexedItem })[];
  /** Searches with some of the photos. */
  readonly queries: readonly {
    readonly item: IndexedItem;
    readonly hits: readonly ScoredPhoto[];
  }[];
}

const MAX_GROUPS = 12;
const MAX_OUTLIERS = 12;
const QUERIES = 6;
const HITS = 5;

/** In larger groups, a photo is compared with this many of the others. */
const MAX_MATES = 50;

export function analyse({
  items,
  vectors,
  dimension,
  similar,
}: Omit<IndexedCatalogue, 'model' | 'thresholds'>): Analysis {
  const itemAt = (row: number) => items[row] as IndexedItem;
  const score = (a: number, b: number) =>
    dotAt(vectors, a * dimension, vectors.subarray(b * dimension, (b + 1) * dimension));
  const mates = matesOf(items);
  const ranked = items.map((item, row) =>
    (mates.get(groupOf(item)) ?? [])
      .filter((mate) => mate !== row)
      .slice(0, MAX_MATES)
      .map((mate) => ({ row: mate, score: score(row, mate) }))
      .sort((a, b) => b.score - a.score),
  );
  const own = ranked.map(([best]) => best);
  const other = similar.map(([best]) => best);
  const nearest = items.map((_, row) => {
    const [a, b] = [own[row], other[row]];
    return a && (!b || a.score >= b.score) ? a : b;
  });
  const odd = oddGroups(items, mates, own, other);
  const outliers = nearest
    .flatMap((found, row) => (found ? [{ row, found }] : []))
    .sort((a, b) => a.found.score - b.found.score || a.row - b.row)
    .slice(0, MAX_OUTLIERS)
    .map(({ row, found }) => ({
      item: itemAt(row),
      score: found.score,
      nearest: itemAt(found.row),
    }));
  const queries = spread(items.length, QUERIES).map((row) => ({
    item: itemAt(row),
    hits: [...(ranked[row] ?? []), ...(similar[row] ?? [])]
      .sort((a, b) => b.score - a.score)
      .slice(0, HITS)
      .map((hit) => ({ item: itemAt(hit.row), score: hit.score })),
  }));
  return {
    other: other.flatMap((best) => best?.score ?? []),
    own: own.flatMap((best) => best?.score ?? []),
    oddGroups: odd.slice(0, MAX_GROUPS),
    oddGroupCount: odd.length,
    outliers,
    queries,
  };
}

function matesOf(items: readonly IndexedItem[]): Map<string, number[]> {
  const mates = new Map<string, number[]>();
  items.forEach((item, row) => {
    const group = groupOf(item);
    const rows = mates.get(group);
    if (rows) rows.push(row);
    else mates.set(group, [row]);
  });
  return mates;
}

function oddGroups(
  items: readonly IndexedItem[],
  mates: ReadonlyMap<string, readonly number[]>,
  own: readonly (SimilarRow | undefined)[],
  other: readonly (SimilarRow | undefined)[],
): OddGroup[] {
  const itemAt = (row: number) => items[row] as IndexedItem;
  const groups = [...mates].flatMap(([name, rows]) => {
    const odd = rows.flatMap((row): OddPhoto[] => {
      const [mine, theirs] = [own[row], other[row]];
      if (!mine || !theirs || mine.score >= theirs.score) return [];
      const nearest = { item: itemAt(theirs.row), score: theirs.score };
      return [{ item: itemAt(row), own: mine.score, nearest }];
    });
    if (odd.length === 0) return [];
    const gap = Math.max(...odd.map((photo) => photo.nearest.score - photo.own));
    return [{ name, items: rows.map(itemAt), odd, gap }];
  });
  return groups.sort((a, b) => b.gap - a.gap).map(({ gap: _, ...group }) => group);
}

/** Rows at equal distances. */
function spread(count: number, wanted: number): number[] {
  const size = Math.min(count, wanted);
  return Array.from({ length: size }, (_, i) => Math.floor(((i + 0.5) * count) / size));
}
