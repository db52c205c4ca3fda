/** Codes in WebAssembly and in plain JavaScript: the same numbers, and the same refusals. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CodeRows, PlainCodeRows } from '../../../src/core/codes/code-rows.ts';
import { readCodes, writeCodes } from '../../../src/core/codes/row-codes.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';
import { createWasmCodeRows } from '../../../src/kernel/codes/wasm-code-rows.ts';
import { type RandomCodes, randomCodes } from '../../support/codes/random-codes.ts';

const SPACE = 77;

async function both({ tables, rows }: RandomCodes, count = rows): Promise<CodeRows[]> {
  const inWasm = await createWasmCodeRows(tables, count);
  if (!inWasm) throw new Error('WebAssembly with SIMD is missing here.');
  return [inWasm, new PlainCodeRows(tables, count)];
}

const streamOf = ({ codes, rows, tables, columns }: RandomCodes) =>
  readCodes(writeCodes(codes, rows, tables, SPACE), rows, columns, SPACE, 'f');

function expectCodes(rows: CodeRows, { codes, columns, rows: count }: RandomCodes, first = 0) {
  for (let row = 0; row < count; row++) {
    const expected = Array.from({ length: columns }, (_, c) => codes[c * count + row]);
    expect([...rows.codesOf(first + row)]).toEqual(expected);
  }
}

test('codes of any shape come back, and sums are those of plain integers', async () => {
  const widths = fc.array(
    fc.tuple(
      fc.integer({ min: 1, max: 40 }),
      fc.oneof(fc.integer({ min: 0, max: 127 }), fc.integer({ min: 0, max: 2047 })),
    ),
    { minLength: 1, maxLength: 6 },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 70 }),
      widths,
      fc.integer(),
      async (count, list, seed) => {
        const made = randomCodes(count, list, seed);
        const random = seededRandom(seed);
        // As large as no sum overflows.
        const most = Math.min(32767, Math.floor((2 ** 31 - 1) / (made.columns * 2048)));
        const weights = Int16Array.from({ length: made.columns }, () =>
          Math.round((random() - 0.5) * 2 * most),
        );
        const expected = Array.from({ length: count }, (_, row) =>
          weights.reduce(
            (sum, weight, c) => sum + weight * (made.codes[c * count + row] as number),
            0,
          ),
        );
        for (const rows of await both(made)) {
          rows.fill(streamOf(made), 0, count, 'f');
          expectCodes(rows, made);
          expect([...rows.sums(weights)]).toEqual(expected);
          await rows.trim();
          expectCodes(rows, made);
          expect([...rows.sums(weights)]).toEqual(expected);
          const sumOf = rows.sumOf(weights);
          expect(expected.map((_, row) => sumOf(row))).toEqual(expected);
        }
      },
    ),
    { seed: 11, numRuns: 60 },
  );
});

test('a few columns of large codes do not double the memory of all, and memory for filling is given back', async () => {
  const made = randomCodes(6000, [
    [190, 20],
    [10, 300],
  ]);
  const rows = await createWasmCodeRows(made.tables, 6000);
  rows?.fill(streamOf(made), 0, 6000, 'f');
  const filled = rows?.bytes as number;
  await rows?.trim();
  // Three bytes for each of the ten, padded to 16, and the sums.
  expect(rows?.bytes).toBe(Math.ceil((6000 * 224 + 2 * 224 + 4 * 6000) / 65536) * 65536);
  expect(filled).toBeGreaterThan(rows?.bytes as number);
  expectCodes(rows as CodeRows, made);
});

test('without room for a second memory, the first one stays', async () => {
  const made = randomCodes(3000, [[40, 300]]);
  const rows = (await createWasmCodeRows(made.tables, 3000)) as CodeRows;
  rows.fill(streamOf(made), 0, 3000, 'f');
  const before = rows.bytes;
  const api = (globalThis as unknown as { WebAssembly: { Memory: unknown } }).WebAssembly;
  const { Memory } = api;
  api.Memory = class {
    constructor() {
      throw new RangeError('Out of memory');
    }
  };
  try {
    await rows.trim();
  } finally {
    api.Memory = Memory;
  }
  expect(rows.bytes).toBe(before);
  expectCodes(rows, made);
});

test('files fill their rows in any order, between searches', async () => {
  const widths = [
    [5, 3],
    [14, 40],
  ] as const;
  const parts = [randomCodes(9, widths, 1), randomCodes(9, widths, 1), randomCodes(9, widths, 1)];
  const [first] = parts as [RandomCodes];
  parts.slice(1).forEach(({ codes }, i) => {
    codes.reverse();
    codes.copyWithin(0, i + 1, 5 * 9);
  });
  const usable = parts.map((part) => ({ ...part, tables: first.tables }));
  for (const rows of await both(first, 27)) {
    for (const i of [2, 0, 1]) {
      const part = usable[i] as RandomCodes;
      // Reversed codes leave the range of the first table, which has neighbours of the second.
      const inRange = {
        ...part,
        codes: part.codes.map((x, at) => (at < 5 * 9 ? Math.max(-3, Math.min(3, x)) : x)),
      };
      rows.fill(streamOf(inRange), i * 9, 9, 'f');
      rows.sums(new Int16Array(19).fill(100));
      expectCodes(rows, inRange, i * 9);
    }
  }
});

describe('damage', () => {
  const made = randomCodes(33, [
    [6, 2],
    [7, 90],
  ]);
  const stream = streamOf(made);
  const refused = 'codes-1.bin: its codes are damaged. Build the bundle again.';

  test.each([
    ['cut short', stream.subarray(0, -1)],
    ['almost empty', stream.subarray(0, 5)],
    ['too long', Uint16Array.from([...stream, 0])],
  ])('a stream that is %s is refused', async (_, damaged) => {
    for (const rows of await both(made)) {
      expect(() => rows.fill(damaged, 0, 33, 'codes-1.bin')).toThrow(refused);
    }
  });

  test('a changed word is refused, or changes codes; both decoders agree', async () => {
    for (let at = 0; at < stream.length; at++) {
      const other = stream.slice();
      other[at] = (other[at] as number) ^ 0x0410;
      const results = (await both(made)).map((rows) => {
        try {
          rows.fill(other, 0, 33, 'f');
          return Array.from({ length: 33 }, (_, row) => [...rows.codesOf(row)]);
        } catch (error) {
          return String(error);
        }
      });
      expect(results[0]).toEqual(results[1]);
    }
  });

  test('files of other shapes and spaces are refused', () => {
    const file = writeCodes(made.codes, 33, made.tables, SPACE);
    const end = 'Build the bundle again.';
    expect(() => readCodes(file, 32, 13, SPACE, 'f')).toThrow(
      `f: it has 33 rows, the manifest says 32. ${end}`,
    );
    expect(() => readCodes(file, 33, 12, SPACE, 'f')).toThrow(
      `f: it has 13 columns, the space of the codes 12. ${end}`,
    );
    expect(() => readCodes(file, 33, 13, 78, 'f')).toThrow(
      `f: its codes are of another space: the files are of different builds. ${end}`,
    );
  });
});
