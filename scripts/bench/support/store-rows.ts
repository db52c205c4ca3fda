/** Rows of a store as a shop would push them, with vectors in clusters: the same for every engine that a push is measured on. */
import type { IndexedItem } from '../../../src/core/item.ts';
import { rowHash } from '../../../src/node/stores/row-hash.ts';
import type { StoreRow } from '../../../src/node/stores/store.ts';
import { clusteredVectors } from './clustered-vectors.ts';

const SEED = 14;

/** @param first number of the first row, which is part of its id */
export function storeRows(count: number, dimension: number, first = 0): StoreRow[] {
  const vectors = clusteredVectors(count, dimension, Math.ceil(count / 50), SEED + first);
  return Array.from({ length: count }, (_, i) => {
    const item = itemOf(first + i);
    const vector = vectors.slice(i * dimension, (i + 1) * dimension);
    return { item, vector, hash: rowHash(item, vector) };
  });
}

function itemOf(row: number): IndexedItem {
  const number = String(row).padStart(7, '0');
  return {
    id: `item-${number}`,
    image: `photos/${number}.jpg`,
    title: `Piece ${row} of a catalogue`,
    url: `https://shop.example/pieces/${number}`,
    thumb: `thumbs/${number}.jpg`,
    thumbSize: [320, 240],
    group: `group ${row >> 2}`,
    attributes: {
      colour: ['red', 'blue', 'green'][row % 3] as string,
      price: (row * 7) % 500,
      tags: ['new', `t${row % 40}`],
    },
  };
}
