import { expect, test } from 'vitest';
import { similarRows, writeSimilar } from '../../../../src/core/bundle/similar.ts';
import { seededRandom, shuffled } from '../../../../src/core/vector/random.ts';
import type { PreviousRelease } from '../../../../src/node/build/previous/previous-release.ts';
import {
  insertionsInto,
  MAX_EDITS,
  previousSimilar,
} from '../../../../src/node/build/previous/previous-similar.ts';

const COUNT = 200;
const random = seededRandom(3);
const ids = Array.from({ length: COUNT }, (_, row) => `item-${String(row).padStart(3, '0')}`);
const rows = ids.map((_, row) => row);
const listFor = (own: number) =>
  shuffled(
    rows.filter((row) => row !== own),
    random,
  )
    .slice(0, 12)
    .map((row) => ({ row, score: 0.5 }));
const lists = rows.map(listFor);
const written = writeSimilar(
  ids.map((id) => ({ id })),
  lists,
  [
    [0, 90],
    [90, COUNT],
  ],
);
const files = written.map(({ bytes, first, rows: own }) => ({
  ...{ file: `similar-${first}.json`, bytes: bytes.length, sha256: '', first, rows: own },
  firstId: ids[first] as string,
}));
const bytesOf = async (name: string) =>
  written.find(({ first }) => name === `similar-${first}.json`)?.bytes as Uint8Array;
const release = {
  bundle: { manifest: { items: { similar: { files } } } },
  read: ({ file }: { file: string }) => bytesOf(file),
} as unknown as PreviousRelease;

test('the same lists leave the files as they are, without edits', async () => {
  expect(await previousSimilar(release, ids, lists)).toEqual({ files });
});

test('lists that changed in any way are read back, until there are too many', async () => {
  for (const changed of [1, 10, 40]) {
    const next = lists.map((list, row) => (row % Math.ceil(COUNT / changed) ? list : listFor(row)));
    const similar = await previousSimilar(release, ids, next);
    if (!similar) return expect.unreachable(`${changed} lists are too many`);
    expect(similar.edits?.lists).toHaveLength(changed);
    for (const [row, id] of ids.entries()) {
      const found = await similarRows(similar, id, COUNT, ({ file }) => bytesOf(file));
      expect(found).toEqual((next[row] as { row: number }[]).map((one) => one.row));
    }
  }
  const many = lists.map((list, row) => (row < MAX_EDITS / 10 ? listFor(row) : list));
  expect(await previousSimilar(release, ids, many)).toBeNull();
});

test('items that are gone are edits, too', async () => {
  const count = MAX_EDITS + 200;
  const names = Array.from({ length: count }, (_, row) => `item-${String(row).padStart(4, '0')}`);
  // All are similar to the last items only, which stay.
  const similarTo = (total: number) =>
    Array.from({ length: total }, () =>
      Array.from({ length: 12 }, (_, i) => ({ row: total - 1 - i, score: 0.5 })),
    );
  const [only] = writeSimilar(
    names.map((id) => ({ id })),
    similarTo(count),
    [[0, count]],
  );
  const file = {
    ...(files[0] as (typeof files)[number]),
    rows: count,
    firstId: names[0] as string,
  };
  const larger = {
    bundle: { manifest: { items: { similar: { files: [file] } } } },
    read: async () => only?.bytes,
  } as unknown as PreviousRelease;
  const without = (removed: number) =>
    previousSimilar(larger, names.slice(removed), similarTo(count - removed));
  expect((await without(MAX_EDITS))?.edits?.removed).toHaveLength(MAX_EDITS);
  expect(await without(MAX_EDITS + 1)).toBeNull();
});

test('lists with fewer items, and files that cannot be read, are written anew', async () => {
  const short = lists.map((list, row) => (row === 7 ? list.slice(1) : list));
  expect(await previousSimilar(release, ids, short)).toBeNull();
  const gone = { ...release, read: () => Promise.reject(new Error('gone')) };
  expect(await previousSimilar(gone, ids, lists)).toBeNull();
});

test('insertions make a list begin as wanted', () => {
  expect(insertionsInto([1, 2, 3], [1, 2, 3])).toEqual([]);
  expect(insertionsInto([1, 2, 3], [9, 1, 2])).toEqual([0, 9]);
  expect(insertionsInto([1, 2, 3], [1, 3, 4])).toEqual([1, 3, 2, 4]);
  expect(insertionsInto([], [5, 6])).toEqual([0, 5, 1, 6]);
});
