/** What the contract of stores asks, and what the exact oracle answers. */
import { expect } from 'vitest';
import type { SearchOptions } from '../../../src/core/contract.ts';
import { byId } from '../../../src/core/item.ts';
import type { FlatRetriever } from '../../../src/engine/flat-retriever.ts';
import type { Retriever } from '../../../src/engine/retriever.ts';
import type { ReleaseInfo, Store, StoreRow } from '../../../src/node/stores/store.ts';
import { wanting } from '../vectors.ts';
import type { StoreCatalogue } from './catalogue.ts';

export const FILTERS: Readonly<Record<string, SearchOptions>> = {
  none: {},
  value: { filter: { colour: 'sky blue' } },
  'one of several': { filter: { colour: ['red', 'a "quoted" one', "it's \\ ours"] } },
  // The filter is decomposed; the catalogue is not.
  normalised: { filter: { colour: 'E\u0301clair' } },
  list: { filter: { tags: ['50 %_off', '{braces}'] } },
  boolean: { filter: { rare: true } },
  'boolean as a text': { filter: { rare: 'true' } },
  range: { filter: { price: { gte: 10, lte: 30.5 } } },
  'half a range': { filter: { price: { lte: 2 } } },
  number: { filter: { price: 12.3 } },
  'large number': { filter: { 'weight (kg) "net"': 1.1e21 } },
  'numbers among texts': { filter: { mixed: { gte: 500 } } },
  'both of two': { filter: { colour: 'red', tags: 'tea', price: { gte: 5 } } },
  unknown: { filter: { nothing: 'x' } },
  'an empty list': { filter: { colour: [] } },
  text: { text: 'grosse scha' },
  'text in Chinese': { text: '白' },
  'text and filter': { text: 'vase', filter: { rare: false, price: { gte: 20 } } },
};

/** All of a release's life up to the moment that readers see it. */
export async function publish(
  store: Store,
  info: ReleaseInfo,
  rows: readonly StoreRow[],
): Promise<void> {
  const draft = await store.begin(info);
  try {
    const held = await draft.held();
    const wanted = new Set(rows.map(({ item }) => item.id));
    await draft.remove([...held.keys()].filter((id) => !wanted.has(id)));
    const changed = rows.filter(({ item, hash }) => held.get(item.id) !== hash);
    expect(await draft.upsert(changed)).toEqual([]);
    expect(await draft.finish()).toBe(rows.length);
    await draft.publish();
  } finally {
    await draft.close();
  }
}

/** Pages, groups and thresholds, of which each query tries some. */
export function variantsOf(q: number, unit: Float32Array, oracle: FlatRetriever): SearchOptions[] {
  const fifth = oracle.vectors.length / unit.length;
  const cut = scoreAt(oracle, unit, Math.min(25, fifth - 1));
  return q % 2 === 0
    ? [{}, { group: true, size: 6, from: 6 }]
    : [{ minScore: cut }, { group: true, minScore: cut }, { from: 20, foldCopies: false }];
}

/** A threshold in the middle between two neighbours, so that rounding cannot move a hit across. */
export function scoreAt({ vectors }: FlatRetriever, unit: Float32Array, rank: number): number {
  const dimension = unit.length;
  const scores = Array.from({ length: vectors.length / dimension }, (_, row) =>
    dot(vectors.subarray(row * dimension, (row + 1) * dimension), unit),
  ).sort((a, b) => b - a);
  return ((scores[rank] ?? 0) + (scores[rank - 1] ?? 0)) / 2;
}

export function trueScore({ rows }: StoreCatalogue, id: string, unit: Float32Array): number {
  const row = rows.find(({ item }) => item.id === id) as StoreRow;
  return dot(row.vector, unit);
}

export function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
}

export async function idsBy(retriever: Retriever, unit: Float32Array): Promise<string[]> {
  const { rows } = await retriever.nearest(unit, wanting(10, { exact: true }));
  return rows.map(({ row }) => row.id);
}

export function expectedIds(rows: readonly StoreRow[], unit: Float32Array): string[] {
  return [...rows]
    .sort((a, b) => dot(b.vector, unit) - dot(a.vector, unit) || byId(a.item, b.item))
    .slice(0, 10)
    .map(({ item }) => item.id);
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.max(...Array.from(a, (x, i) => Math.abs(x - (b[i] ?? Number.NaN))));
}
