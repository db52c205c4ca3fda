/** A catalogue of 900 clustered items in 69 shards, with groups, titles, a common attribute and a rare one. */
import { clusteredVectors } from '../../../scripts/bench/support/clustered-vectors.ts';
import type { IndexedItem } from '../../../src/core/item.ts';
import { type MadeParts, makeParts } from '../../../src/node/build/index/parts/make-parts.ts';
import { rowSourceOf } from '../../../src/node/build/index/row-source.ts';
import { type MemoryParts, memoryParts } from './memory-parts.ts';

const DIMENSION = 24;
const COUNT = 900;

/** @param queryCount unit vectors of the same clusters that are no items */
export function jugs(queryCount = 30) {
  const all = clusteredVectors(COUNT + queryCount, DIMENSION, 45, 8);
  const vectorOf = (row: number) => all.slice(row * DIMENSION, (row + 1) * DIMENSION);
  const items = Array.from(
    { length: COUNT },
    (_, row): IndexedItem => ({
      id: `i${String(row).padStart(4, '0')}`,
      image: `${row}.jpg`,
      ...(row % 3 === 0 ? { group: `g${row % 41}` } : {}),
      ...(row % 2 === 0 ? { title: `Jug ${row % 10}` } : {}),
      attributes: { tone: row % 7, ...(row % 30 === 0 ? { rare: 'yes' } : {}) },
    }),
  );
  const queries = Array.from({ length: queryCount }, (_, q) => vectorOf(COUNT + q));
  return { COUNT, items, queries, vectorOf, vectors: all.slice(0, COUNT * DIMENSION) };
}

export async function partsOfJugs(): Promise<{ made: MadeParts; parts: MemoryParts }> {
  const { vectors, items } = jugs();
  const made = (await makeParts(rowSourceOf(vectors, DIMENSION), {
    recall: 0.95,
    threads: 1,
  })) as MadeParts;
  return { made, parts: await memoryParts(made, items) };
}
