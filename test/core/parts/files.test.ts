/** Files of an index in parts: what is written is read again, for random shapes; damaged files are refused. */
import { describe, expect, test } from 'vitest';
import { CodeDecoder } from '../../../src/core/parts/code-decoder.ts';
import {
  idBitsFor,
  idFileOf,
  positionsIn,
  writeIdFiles,
} from '../../../src/core/parts/id-files.ts';
import { readPositions, writePositions } from '../../../src/core/parts/positions.ts';
import { type PartsRoot, readRoot, writeRoot } from '../../../src/core/parts/root.ts';
import {
  readCoarseFile,
  readFineFile,
  writeCoarseFile,
  writeFineFile,
} from '../../../src/core/parts/shard-files.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';
import { randomCodes, randomSpace } from '../../support/codes/random-codes.ts';

const random = seededRandom(13);
const upTo = (n: number) => Math.floor(random() * n);

test('positions of any density come back', () => {
  for (const [count, limit] of [
    [0, 10],
    [1, 1],
    [1, 4e9],
    [300, 300],
    [250, 110_000],
    [40, 2 ** 32 - 1],
  ] as const) {
    const wanted = new Set<number>();
    while (wanted.size < count) wanted.add(upTo(limit));
    const positions = [...wanted].sort((a, b) => a - b);
    const bytes = writePositions(positions);
    expect(Array.from(readPositions(bytes, count, limit) ?? [])).toEqual(positions);
    if (count > 0) expect(readPositions(bytes, count, positions.at(-1) as number)).toBeNull();
    if (count > 1) expect(readPositions(bytes.subarray(0, -2), count, limit)).toBeNull();
  }
  // 250 of 110,000: log2 of their distance is 8.8.
  const positions = Array.from({ length: 250 }, (_, i) => 440 * i + upTo(440));
  expect(writePositions(positions).length).toBeLessThan((250 * 10.5) / 8);
});

test('the files of a shard come back, whatever their shape', () => {
  for (const [own, spilled, words] of [
    [1, 0, 8],
    [0, 1, 9],
    [143, 150, 5000],
    [70_000, 3, 11],
  ] as const) {
    const shard = {
      own,
      fine: { bytes: upTo(2 ** 31), hash: '0123456789abcdef01234567' },
      stream: Uint16Array.from({ length: words }, () => upTo(65_536)),
      positions: Uint32Array.from({ length: spilled }, (_, i) => 7 * i + upTo(7)),
      columns: Uint8Array.from({ length: upTo(500) }, () => upTo(256)),
      columnBytes: 12_345,
    };
    const file = writeCoarseFile(shard);
    expect(readCoarseFile(file, 110_000, 'a')).toEqual(shard);
    expect(() => readCoarseFile(file.subarray(0, -1), 110_000, 'a')).toThrow(
      /^a: (it has \d+ bytes, expected \d+|it is not a file of an index in parts.*)\. Build the bundle again\.$/,
    );
    const fine = writeFineFile(own + spilled, shard.stream);
    expect(readFineFile(fine, own + spilled, 'b')).toEqual(shard.stream);
    expect(() => readFineFile(fine, own + spilled + 1, 'b')).toThrow(
      `b: it has ${own + spilled} rows, the coarse file ${own + spilled + 1}.`,
    );
  }
});

describe('a file that is not what its name says', () => {
  const file = writeFineFile(3, new Uint16Array(8));

  test('another layer, another version, no file at all', () => {
    expect(() => readCoarseFile(new Uint8Array(100), 5, 'x')).toThrow(
      'x: it is not a file of an index in parts: it begins with 00 00 00 00 00 00 00 00. Build the bundle again.',
    );
    const long = new Uint8Array(60);
    long.set(file);
    expect(() => readCoarseFile(long, 5, 'x')).toThrow('x: it has layer 2, expected 1.');
    long[8] = 9;
    expect(() => readFineFile(long, 3, 'x')).toThrow(
      'x: format version 9, this reader knows 2. Update Soutu on the page, or build the bundle again with this version.',
    );
  });

  test('columns that would inflate to more than a page can hold', () => {
    const forged = writeCoarseFile({
      own: 1,
      fine: { bytes: 1, hash: '00'.repeat(12) },
      stream: new Uint16Array(8),
      positions: new Uint32Array(),
      columns: new Uint8Array(),
      columnBytes: 2 ** 31,
    });
    expect(() => readCoarseFile(forged, 5, 'x')).toThrow('x: its columns have 2147483648 bytes');
  });
});

test('forged numbers of rows are refused before memory is taken for them', () => {
  const codes = randomCodes(60, [
    [5, 9],
    [7, 3],
  ]);
  const decoder = new CodeDecoder(randomSpace(codes, 24).tables);
  expect(() => decoder.decode(new Uint16Array(9), 2 ** 31, 'shard 3')).toThrow(
    'shard 3: 9 words are too few for 25769803776 codes. Build the bundle again.',
  );
  const file = writeCoarseFile({
    own: 5,
    fine: { bytes: 1, hash: '00'.repeat(12) },
    stream: new Uint16Array(8),
    positions: Uint32Array.of(7, 9),
    columns: new Uint8Array(4),
    columnBytes: 9,
  });
  const view = new DataView(file.buffer);
  // Own rows, spilled rows, words, bytes of positions, bytes of columns.
  for (const at of [12, 16, 36, 40, 44]) {
    const before = view.getUint32(at, true);
    view.setUint32(at, 2 ** 32 - 1, true);
    const refused = () => readCoarseFile(file, 110_000, 'shard 3');
    expect(refused).toThrow(/^shard 3: .+\. Build the bundle again\.$/);
    view.setUint32(at, before, true);
  }
});

test('ids are found in one small file, also those whose fingerprints are equal', () => {
  const ids = Array.from({ length: 5000 }, (_, i) => `item ${(i * 7919) % 5000}`);
  const bits = idBitsFor(ids.length);
  const files = writeIdFiles(ids, bits);
  expect(files).toHaveLength(8);
  ids.forEach((id, position) => {
    const file = files[idFileOf(id, bits)] as Uint8Array;
    const found = positionsIn(file, id, ids.length, 'ids');
    expect(found).toContain(position);
    expect(found.length).toBeLessThan(4);
  });
  const [first] = writeIdFiles(['a'], 0);
  expect(positionsIn(first as Uint8Array, 'b', 1, 'ids')).toEqual([]);
  const damaged = writeIdFiles(['a', 'b'], 0)[0] as Uint8Array;
  expect(() => positionsIn(damaged, 'b', 1, 'ids')).toThrow('ids: it names position 1 of 1 items.');
});

describe('the root', () => {
  const codes = randomCodes(60, [
    [5, 9],
    [7, 3],
  ]);
  const fine = randomSpace(codes, 24);
  const tables = [{ ...(fine.tables[0] as (typeof fine.tables)[number]), columns: 4 }];
  const root: PartsRoot = {
    count: 90,
    layers: { fine, columns: Uint16Array.of(2, 0, 7, 11), ratio: 8, tables },
    centroids: Int16Array.from({ length: 12 }, () => upTo(19) - 9),
    spreads: Float32Array.of(0.5, 0.25, 0),
    starts: Uint32Array.of(0, 40, 40, 90),
    shards: [1, 300, 70_000].map((bytes, i) => ({ bytes, hash: `${i}a`.repeat(12) })),
    error: 0.01,
    probing: { first: 2, wave: 1, most: 3, reach: 0.4, refine: 2, rest: 0.15 },
    idBits: 1,
    idFiles: [4, 5].map((bytes) => ({ bytes, hash: 'ff'.repeat(12) })),
    facets: ['colour'],
    numeric: ['price'],
  };

  test('comes back', () => {
    expect(readRoot(writeRoot(root, tables), 'root')).toEqual(root);
  });

  test.each([
    [{ count: 91 }, 'root: its shards have 90 items, "count" says 91.'],
    [{ error: 2 }, 'root: "error" must be a number from 0 to 1, got 2.'],
    [{ idBits: 2 }, 'root: its list of files is damaged.'],
    [
      { probing: { ...root.probing, most: 0 } },
      /^root: "probing" must have six numbers above 0, got /,
    ],
    [
      { layers: { ...root.layers, columns: Uint16Array.of(2, 0, 7, 12) } },
      'root: its coarse columns must be some of 12.',
    ],
    [{ spreads: Float32Array.of(1, 1, -1) }, 'root: "spreads" must be 3 numbers'],
  ] as const)('is refused with %j', (changes, message) => {
    const file = writeRoot({ ...root, ...changes } as PartsRoot, tables);
    expect(() => readRoot(file, 'root')).toThrow(message as string);
  });
});
