/** Details and titles by position: what is written is read again, and a file that is another one is refused. */
import { expect, test } from 'vitest';
import { readDetails, readTitles } from '../../../src/core/bundle/details.ts';
import type { FileRef } from '../../../src/core/file-ref.ts';
import { isContentOf } from '../../../src/core/has-hash.ts';
import type { IndexedItem } from '../../../src/core/item.ts';
import { type BlockSet, isBlockSet } from '../../../src/core/parts/block-set.ts';
import { blockRef, sealedName, setOf } from '../../../src/core/parts/blocks.ts';
import { RowsByPosition } from '../../../src/core/parts/rows-by-position.ts';
import {
  writeDetailBlocks,
  writeTitleBlocks,
} from '../../../src/node/build/index/parts/write-blocks.ts';
import { sha256 } from '../../../src/node/files/sha256.ts';

const items = Array.from(
  { length: 103 },
  (_, i): IndexedItem => ({
    id: `i${i}`,
    image: `${i}.jpg`,
    ...(i % 3 === 0 ? { title: `Jug ${i}` } : {}),
  }),
);

async function written(rows: number) {
  const files = new Map<string, Uint8Array>();
  const writer = {
    write: () => Promise.reject(new Error('nothing is named by its hash')),
    async writeAs(file: string, bytes: Uint8Array) {
      files.set(file, bytes);
      return { file, bytes: bytes.length, sha256: sha256(bytes) };
    },
  };
  const details = await writeDetailBlocks(items, writer, rows);
  const titles = await writeTitleBlocks(items, writer);
  return { files, details, titles };
}

test('rows come back by position, from the files that have them alone', async () => {
  for (const rows of [1, 48, 103, 500]) {
    const { files, details, titles } = await written(rows);
    expect(details.files).toHaveLength(Math.ceil(103 / rows));
    const reads: string[] = [];
    const read = async (ref: FileRef) => {
      reads.push(ref.file);
      const file = files.get(ref.file) as Uint8Array;
      expect(await isContentOf(ref, file, sha256)).toBe(true);
      expect(sealedName(file)).toBe(ref.file);
      return file;
    };
    const of = { role: 'details', sets: details.sets, read, decode: readDetails, where: 'w' };
    const placed = new RowsByPosition({ ...of, role: 'details' });
    const some = await placed.at([102, 0, 1]);
    expect(some.map(({ image }) => image)).toEqual(['102.jpg', '0.jpg', '1.jpg']);
    expect(reads).toHaveLength(new Set([102, 0, 1].map((at) => Math.floor(at / rows))).size);
    expect((await placed.all()).map(({ image }) => image)).toEqual(items.map(({ image }) => image));
    const own = {
      role: 'titles',
      sets: titles.sets,
      read,
      decode: readTitles,
      where: 'w',
    } as const;
    expect(await new RowsByPosition(own).all()).toEqual(items.map(({ title }) => title));
  }
});

test('positions go on in the next set', async () => {
  const { files, details } = await written(48);
  const [set] = details.sets as [BlockSet];
  const placed = new RowsByPosition({
    ...{ role: 'details', sets: [set, set], decode: readDetails, where: 'w' },
    read: async ({ file }) => files.get(file) as Uint8Array,
  } as const);
  expect((await placed.at([103, 205, 102])).map(({ image }) => image)).toEqual([
    '0.jpg',
    '102.jpg',
    '102.jpg',
  ]);
  await expect(placed.at([206])).rejects.toThrow('Position 206 is after the last one.');
});

test('another block, a changed byte, or no block at all is not the content of a reference', async () => {
  const { files, details } = await written(48);
  const [set] = details.sets as [BlockSet];
  const first = files.get(blockRef('details', set, 0).file) as Uint8Array;
  expect(await isContentOf(blockRef('details', set, 1), first, sha256)).toBe(false);
  for (const at of [13, 20, 30, 38, first.length - 1]) {
    const changed = first.slice();
    changed[at] = 255 - (changed[at] as number);
    expect(await isContentOf(blockRef('details', set, 0), changed, sha256)).toBe(false);
  }
  for (const wrong of [new Uint8Array(), new Uint8Array(36), new TextEncoder().encode('<html>')]) {
    expect(await isContentOf(blockRef('details', set, 0), wrong, sha256)).toBe(false);
    expect(sealedName(wrong)).toBeNull();
  }
});

test('a failed read is tried again, and a file of other rows is refused', async () => {
  const { files, details } = await written(48);
  let fails = true;
  const placed = new RowsByPosition({
    ...{ role: 'details', sets: details.sets, decode: readDetails, where: 'w' },
    async read({ file }) {
      if (fails) throw new Error('offline');
      return files.get(file) as Uint8Array;
    },
  } as const);
  await expect(placed.at([5])).rejects.toThrow('offline');
  fails = false;
  expect(await placed.at([5])).toMatchObject([{ image: '5.jpg' }]);
  const [set] = details.sets as [BlockSet];
  const other = new RowsByPosition({
    ...{ role: 'details', sets: [{ ...set, rows: 40 }], decode: readDetails, where: 'w' },
    read: async ({ file }) => files.get(file) as Uint8Array,
  } as const);
  await expect(other.at([5])).rejects.toThrow(/^w\/details-\w+\.bin: "image" must be a list of 40/);
});

test.each([[{ set: 'x' }], [{ count: 0 }], [{ rows: 1.5 }], [{ bytes: -1 }], [{ count: 2 ** 40 }]])(
  'a manifest with %j has no set',
  (change) => {
    const set = { set: '0123456789abcdef', count: 9, rows: 4, bytes: 100 };
    expect(isBlockSet(set)).toBe(true);
    expect(isBlockSet({ ...set, ...change })).toBe(false);
  },
);

test('another role, content or version of the format is another set', () => {
  const set = setOf('details', ['a', 'b'], sha256);
  expect(set).toMatch(/^[0-9a-f]{16}$/);
  const others = [
    setOf('titles', ['a', 'b'], sha256),
    setOf('details', ['b', 'a'], sha256),
    setOf('details', ['a', 'b'], sha256, 1),
  ];
  expect(new Set([set, ...others]).size).toBe(4);
});
