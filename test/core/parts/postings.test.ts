/** Postings: what is written is read again, for random shapes; damaged files are refused without large allocations. */
import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { writeColumns } from '../../../src/core/bundle/columns.ts';
import {
  listOfPostings,
  type Posting,
  readPostingColumns,
  readPostingFile,
  writePostingColumns,
  writePostingFile,
} from '../../../src/core/parts/posting-files.ts';
import {
  bucketsOf,
  fileOfPosting,
  postingHash,
  readPostings,
  writePostings,
} from '../../../src/core/parts/postings.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';

const random = seededRandom(29);
const upTo = (n: number) => Math.floor(random() * n);
const deflated = (plain: Uint8Array) => ({
  deflated: new Uint8Array(deflateRawSync(plain)),
  bytes: plain.length,
});
const encode = (text: string) => new TextEncoder().encode(text);

function positionsBelow(limit: number, count: number): Uint32Array {
  const set = new Set<number>();
  while (set.size < count) set.add(upTo(limit));
  return Uint32Array.from(set).sort();
}

function someFile(count: number, limit: number, sizes: readonly number[]) {
  let first = 0;
  const postings = sizes.map((size, i): Posting => {
    const posting = {
      attribute: `attribute ${i % 3}`,
      value: i % 2 === 0 ? `välue "${i}"` : i,
      positions: positionsBelow(count, size),
      first: size <= limit ? first : -1,
    };
    if (size <= limit) first += size;
    return posting;
  });
  const file = {
    stream: Uint16Array.from({ length: 8 + upTo(900) }, () => upTo(65_536)),
    rows: first,
    columns: { bytes: upTo(2 ** 31), hash: 'ab'.repeat(12) },
    postings,
  };
  return { file, bytes: writePostingFile(file, deflated(encode(listOfPostings(postings)))) };
}

test('files of postings come back, whatever their shape', async () => {
  for (let round = 0; round < 30; round++) {
    const count = 1 + upTo(3000);
    const sizes = Array.from({ length: upTo(20) }, () => upTo(count + 1));
    const limit = upTo(count + 1);
    const { file, bytes } = someFile(count, limit, sizes);
    expect(await readPostingFile(bytes, limit, count, 'p')).toEqual(file);
    const cut = bytes.subarray(0, upTo(bytes.length));
    await expect(readPostingFile(cut, limit, count, 'p')).rejects.toThrow(
      /^p: .+\. Build the bundle again\.$/,
    );
  }
});

test('forged sizes are refused with their numbers', async () => {
  const forged = async (at: number, value: number) => {
    const { bytes } = someFile(500, 40, [12, 300, 9]);
    new DataView(bytes.buffer).setUint32(at, value, true);
    return readPostingFile(bytes, 40, 500, 'p').then(
      () => 'read',
      (error: Error) => error.message,
    );
  };
  expect(await forged(12, 2 ** 32 - 1)).toBe(
    'p: its postings have 21 rows with codes, its header says 4294967295. Build the bundle again.',
  );
  expect(await forged(16, 2 ** 31)).toMatch(/^p: it has \d+ bytes, expected \d+ or more\./);
  expect(await forged(20, 2 ** 32 - 1)).toMatch(/^p: it has \d+ bytes, expected \d+ or more\./);
  expect(await forged(24, 2 ** 32 - 1)).toBe(
    'p: its list has 4294967295 bytes, at most 67108864 allowed. Build the bundle again.',
  );
  expect(await forged(24, 3)).toBe(
    'p: its columns have more than 3 bytes. Build the bundle again.',
  );
  const list = async (text: string) => {
    const { file } = someFile(500, 40, [5]);
    const bytes = writePostingFile({ ...file, postings: [] }, deflated(encode(text)));
    return readPostingFile(bytes, 40, 500, 'p').then(
      () => 'read',
      (error: Error) => error.message,
    );
  };
  expect(await list('[["a","b",4000000000,3]]')).toBe(
    'p: the positions of "a" are damaged. Build the bundle again.',
  );
  expect(await list('[["a","b",-1,3]]')).toContain(
    'p: its list must have [attribute, value, rows, bytes] for each posting',
  );
  expect(await list('[[')).toMatch(/^p: its list is not JSON/);
});

test('the columns of postings come back, and those of other postings are refused', async () => {
  const items = Array.from({ length: 40 }, (_, i) => ({
    id: `i${upTo(1000)}`,
    ...(i % 3 === 0 ? { group: 'g' } : {}),
    attributes: { tone: upTo(4) },
  }));
  const [plain] = writeColumns(items, [[0, items.length]]);
  const file = writePostingColumns(40, deflated(plain?.bytes as Uint8Array));
  expect(await readPostingColumns(file, 40, 'c')).toEqual(items);
  await expect(readPostingColumns(file, 41, 'c')).rejects.toThrow(
    'c: it has 40 rows, its postings 41.',
  );
  new DataView(file.buffer).setUint32(16, 2 ** 31, true);
  await expect(readPostingColumns(file, 40, 'c')).rejects.toThrow(
    'c: its columns have 2147483648 bytes, at most 67108864 allowed.',
  );
});

test('the list of postings comes back, and finds the file of a hash', () => {
  for (const count of [0, 1, 7, 300]) {
    const hashes = positionsBelow(2 ** 32 - 1, count);
    const postings = {
      limit: 1 + upTo(9000),
      numeric: new Map([
        ['price', [-4.5, 0, 1e9]],
        ['year', [1990]],
      ]),
      files: Array.from(hashes, (firstHash, i) => ({
        ...{ firstHash, rows: upTo(99_999), bytes: upTo(2 ** 31) },
        hash: i.toString(16).padStart(24, '0'),
      })),
    };
    expect(readPostings(writePostings(postings), 'list')).toEqual(postings);
    for (let i = 0; i < 50; i++) {
      const hash = i === 0 ? 0 : upTo(2 ** 32);
      const wanted = postings.files.filter(({ firstHash }) => firstHash <= hash).at(-1) ?? null;
      expect(fileOfPosting(postings, hash)).toEqual(wanted);
    }
  }
});

test('a forged list is refused', () => {
  const list = { limit: 4, numeric: new Map<string, number[]>(), files: [] };
  const forged = (changes: object) => () =>
    readPostings(writePostings({ ...list, ...changes }), 'list');
  expect(forged({ numeric: new Map([['a', [2, 1]]]) })).toThrow(
    'list: "numeric" must be pairs of an attribute and ascending numbers.',
  );
  expect(
    forged({ files: { length: 60_000, [Symbol.iterator]: () => [][Symbol.iterator]() } }),
  ).toThrow('list: 0 bytes are too few for 60000 files.');
});

test('a number is in the bucket that a range of it names', () => {
  const lows = [-3, 0, 0.5, 20];
  expect(bucketsOf(lows, { gte: 0, lte: 0 })).toEqual([1]);
  expect(bucketsOf(lows, { gte: 0.2, lte: 19 })).toEqual([1, 2]);
  expect(bucketsOf(lows, { lte: -4 })).toEqual([]);
  expect(bucketsOf(lows, { gte: 400 })).toEqual([3]);
  expect(bucketsOf(lows, { lte: 0.5 })).toEqual([0, 1, 2]);
  // A bucket is not a value.
  expect(postingHash('a', 1)).not.toBe(postingHash('a', '1'));
});
