import { expect, test } from 'vitest';
import type { IndexedItem } from '../../../src/core/item.ts';
import { shardItems } from '../../../src/node/build/shard-items.ts';

const read = (shard: Uint8Array): IndexedItem[] => JSON.parse(new TextDecoder().decode(shard));
const items = Array.from(
  { length: 40 },
  (_, i): IndexedItem => ({
    id: `茶杯 ${i}`,
    image: `${i}.jpg`,
  }),
);

test('one file where all fits, a line an item', () => {
  const shards = shardItems(items);
  expect(shards).toHaveLength(1);
  expect(read(shards[0] as Uint8Array)).toEqual(items);
  expect(new TextDecoder().decode(shards[0]).trim().split('\n')).toHaveLength(items.length + 2);
});

test('no file larger than the cap in bytes, and together they hold all in order', () => {
  const cap = 300;
  const shards = shardItems(items, cap);
  expect(shards.length).toBeGreaterThanOrEqual(5);
  // The brackets and their line ends are not counted by the split.
  for (const shard of shards) expect(shard.length).toBeLessThanOrEqual(cap + 5);
  expect(shards.flatMap(read)).toEqual(items);
});

test('an item larger than the cap gets a file of its own', () => {
  const large = { id: 'large', image: 'x'.repeat(500) };
  const shards = shardItems([items[0] as IndexedItem, large, items[1] as IndexedItem], 100);
  expect(shards.map((shard) => read(shard).length)).toEqual([1, 1, 1]);
});
