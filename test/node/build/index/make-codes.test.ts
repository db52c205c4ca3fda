/** Codes of a catalogue: recall as a page computes it, the same bytes on any number of threads, and few new bytes. */
import { beforeAll, expect, test } from 'vitest';
import { clusteredVectors } from '../../../../scripts/bench/support/clustered-vectors.ts';
import { PlainCodeRows } from '../../../../src/core/codes/code-rows.ts';
import { readCodes, spaceId } from '../../../../src/core/codes/row-codes.ts';
import { QueryCoder, scoreOf } from '../../../../src/core/codes/score.ts';
import { readSpace } from '../../../../src/core/codes/space.ts';
import { vectorOf } from '../../../../src/core/codes/vector-of.ts';
import { cosine, dot } from '../../../../src/core/vector/arithmetic.ts';
import {
  codeFiles,
  type MadeCodes,
  makeCodes,
  vectorsOf,
} from '../../../../src/node/build/index/make-codes.ts';
import { rowSourceOf } from '../../../../src/node/build/index/row-source.ts';

const DIMENSION = 48;
const COUNT = 1500;
const QUERIES = 100;
const RECALL = 0.97;
const RANGES = [
  [0, 600],
  [600, 1100],
  [1100, COUNT],
] as const;

const all = clusteredVectors(COUNT + QUERIES, DIMENSION, 40, 3);
const rowOf = (row: number) => all.subarray(row * DIMENSION, (row + 1) * DIMENSION);
const source = rowSourceOf(all.slice(0, COUNT * DIMENSION), DIMENSION);
let made: MadeCodes;

beforeAll(async () => {
  made = (await makeCodes(source, { recall: RECALL, ranges: RANGES, threads: 1 })) as MadeCodes;
});

function opened(codes: MadeCodes) {
  const { spaceBytes } = codes;
  const files = codeFiles(codes);
  const space = readSpace(spaceBytes, 'space');
  const rows = new PlainCodeRows(
    space.tables,
    files.reduce((sum, file) => sum + file.rows, 0),
  );
  for (const { bytes, first, rows: count } of files) {
    rows.fill(
      readCodes(bytes, count, space.columns, spaceId(spaceBytes), 'codes'),
      first,
      count,
      'codes',
    );
  }
  return { space, rows };
}

const topTen = (scores: readonly number[]) =>
  scores
    .map((_, row) => row)
    .sort((a, b) => (scores[b] as number) - (scores[a] as number))
    .slice(0, 10);

test('queries that the build has not seen find what the vectors find, in far fewer bytes', () => {
  const { space, rows } = opened(made);
  const coder = new QueryCoder(space);
  let hits = 0;
  let largest = 0;
  for (let q = 0; q < QUERIES; q++) {
    const query = rowOf(COUNT + q);
    const exact = Array.from({ length: COUNT }, (_, row) => dot(query, rowOf(row)));
    const coded = coder.code(query);
    const scores = [...rows.sums(coded.weights)].map((sum) => scoreOf(sum, coded));
    const wanted = topTen(exact);
    hits += topTen(scores).filter((row) => wanted.includes(row)).length;
    for (const row of wanted) {
      largest = Math.max(largest, Math.abs((scores[row] as number) - (exact[row] as number)));
    }
  }
  expect(hits / (10 * QUERIES)).toBeGreaterThanOrEqual(RECALL - 0.01);
  expect(made.recall10).toBeGreaterThanOrEqual(RECALL);
  expect(made.error).toBeLessThan(largest);
  expect(made.error).toBeGreaterThan(largest / 10);
  expect(largest).toBeLessThan(0.03);
  const bytes = codeFiles(made).reduce(
    (sum, file) => sum + file.bytes.length,
    made.spaceBytes.length,
  );
  expect(bytes).toBeLessThan((2 * DIMENSION * COUNT) / 1.5);
});

test('the vector of a row is almost its own', () => {
  const { space, rows } = opened(made);
  for (let row = 0; row < COUNT; row += 97) {
    expect(cosine(vectorOf(rows.codesOf(row), space), rowOf(row))).toBeGreaterThan(0.98);
  }
});

test('a build decodes the vectors as a reader does', () => {
  const { space, rows } = opened(made);
  const decoded = vectorsOf(made);
  for (let row = 0; row < COUNT; row += 31) {
    const own = decoded.subarray(row * DIMENSION, (row + 1) * DIMENSION);
    expect(own).toEqual(vectorOf(rows.codesOf(row), space));
  }
});

test('two threads that read shared memory make the same bytes', async () => {
  const vectors = new Float32Array(new SharedArrayBuffer(4 * COUNT * DIMENSION));
  vectors.set(all.subarray(0, COUNT * DIMENSION));
  const shared = rowSourceOf(vectors, DIMENSION);
  expect(shared.read(3, 5).buffer).toBe(vectors.buffer);
  expect(await makeCodes(shared, { recall: RECALL, ranges: RANGES, threads: 2 })).toEqual(made);
});

test('with the space of the previous release, files without a change stay the same', async () => {
  const changed = all.slice(0, COUNT * DIMENSION);
  // One row of the second file, like no other.
  changed.fill(0, 700 * DIMENSION, 701 * DIMENSION);
  changed[700 * DIMENSION + 5] = -1;
  const again = await makeCodes(rowSourceOf(changed, DIMENSION), {
    recall: RECALL,
    ranges: RANGES,
    previous: readSpace(made.spaceBytes, 'space'),
    threads: 1,
  });
  expect(again?.isPrevious).toBe(true);
  expect(again?.spaceBytes).toEqual(made.spaceBytes);
  const before = codeFiles(made);
  const isSame = codeFiles(again as MadeCodes).map(
    ({ bytes }, i) => Buffer.compare(bytes, before[i]?.bytes ?? bytes) === 0,
  );
  expect(isSame).toEqual([true, false, true]);
});

test('a space that no longer serves is fitted again', async () => {
  const others = clusteredVectors(COUNT, DIMENSION, 3, 99);
  const again = await makeCodes(rowSourceOf(others, DIMENSION), {
    recall: 0.99,
    ranges: [[0, COUNT]],
    previous: made.space,
    threads: 1,
  });
  expect(again?.isPrevious).toBe(false);
  expect(again?.spaceBytes).not.toEqual(made.spaceBytes);
});

test('equal rows and rows of zeros have codes, too', async () => {
  const count = 600;
  const some = all.slice(0, count * DIMENSION);
  for (let row = 0; row < 100; row++) some.copyWithin(row * DIMENSION, 0, DIMENSION);
  some.fill(0, 100 * DIMENSION, 110 * DIMENSION);
  const codes = await makeCodes(rowSourceOf(some, DIMENSION), {
    recall: RECALL,
    ranges: [[0, count]],
  });
  const { space, rows } = opened(codes as MadeCodes);
  expect(rows.codesOf(99)).toEqual(rows.codesOf(0));
  expect(rows.codesOf(109)).toEqual(rows.codesOf(100));
  const last = some.subarray((count - 1) * DIMENSION);
  expect(cosine(vectorOf(rows.codesOf(count - 1), space), last)).toBeGreaterThan(0.9);
});

test('of 11 rows any codes find ten, but their scores must be right', async () => {
  const few = rowSourceOf(all.slice(0, 11 * DIMENSION), DIMENSION);
  const codes = await makeCodes(few, { recall: 0.9, ranges: [[0, 11]] });
  expect(codes === null || codes.error <= 0.02).toBe(true);
});

test.each([
  ['too few rows, for which codes and their space are larger than f16', 12, 0.9],
  ['a recall that no codes have', 100, 1],
])('%s: none', async (_, count, recall) => {
  const few = rowSourceOf(all.slice(0, count * DIMENSION), DIMENSION);
  expect(await makeCodes(few, { recall, ranges: [[0, count]] })).toBeNull();
});
