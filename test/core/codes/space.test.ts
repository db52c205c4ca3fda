/** The file with the space of codes: what is written comes back, and nothing else is read. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSpace, writeSpace } from '../../../src/core/codes/space.ts';
import { readTables, writeTables } from '../../../src/core/codes/tables.ts';
import { readContainer, writeContainer } from '../../../src/core/container.ts';
import { randomCodes, randomSpace } from '../../support/codes/random-codes.ts';

const codes = randomCodes(5, [
  [3, 4],
  [2, 60],
]);
const space = randomSpace(codes, 8);
const file = writeSpace(space);

test('a space comes back as it was', () => {
  expect(readSpace(file, 'space.bin')).toEqual(space);
});

/** The file with another header or section. */
function changed(
  meta: Record<string, unknown>,
  sections: Record<string, { shape: number[]; data: ArrayBufferView }> = {},
): Uint8Array {
  const container = readContainer(file, 'codes-space', 'space.bin');
  return writeContainer({
    ...container,
    meta: { ...container.meta, ...meta },
    sections: container.sections.map((one) => ({ ...one, ...sections[one.name] })),
  });
}

const END = 'Build the bundle again.';

test.each([
  [{ dimension: 0 }, '"dimension" must be from 1 to 8192, got 0.'],
  [{ dimension: 1e6 }, '"dimension" must be from 1 to 8192, got 1000000.'],
  [{ columns: 9 }, '"columns" must be from 1 to "dimension", which is 8, got 9.'],
  [{ columns: 4 }, '"steps" has 5 numbers, expected 4.'],
  [{ dimension: 9 }, '"mean" has 8 numbers, expected 9.'],
  [{ basis: null }, '"basis.lowest" must be a whole number, got nothing.'],
  [{ basis: { lowest: 120 } }, 'its basis is damaged.'],
  [{ encoder: { spread: 0, rate: 1 } }, '"encoder" must be { spread, rate } above 0, got'],
])('a header with %j is refused', (meta, message) => {
  expect(() => readSpace(changed(meta), 'space.bin')).toThrow(`space.bin: ${message}`);
});

test('sections of wrong values are refused', () => {
  const mean = { shape: [8], data: new Uint16Array(8).fill(0x7c00) };
  expect(() => readSpace(changed({}, { mean }), 'f')).toThrow(
    `f: "mean" has a number that is not finite. ${END}`,
  );
  const steps = { shape: [5], data: Float32Array.of(1, 1, 0, 1, 1) };
  expect(() => readSpace(changed({}, { steps }), 'f')).toThrow(
    `f: step 2 is 0, expected a number above 0 and below 1000000. ${END}`,
  );
  const basis = { shape: [9], data: new Uint16Array(9) };
  expect(() => readSpace(changed({}, { basis }), 'f')).toThrow(`f: its basis is damaged. ${END}`);
});

describe('tables', () => {
  test('any tables come back', () => {
    const widths = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 300 })),
      {
        minLength: 1,
        maxLength: 32,
      },
    );
    fc.assert(
      fc.property(widths, fc.integer(), (list, seed) => {
        const { tables, columns } = randomCodes(6, list, seed);
        expect(readTables(writeTables(tables), columns, 'f')).toEqual(tables);
      }),
      { seed: 3, numRuns: 50 },
    );
  });

  test.each<[number[], string]>([
    [[], 'its tables are cut short or damaged.'],
    [[0], 'it has 0 tables, expected 1 to 32.'],
    [[33], 'it has 33 tables, expected 1 to 32.'],
    [[255, 255, 255, 255], 'its tables are cut short or damaged.'],
    [[1, 255, 255, 255, 255, 127], 'its tables are cut short or damaged.'],
    [[1, 5, 0, 0], 'table 0 is for 0 codes from 0 on, expected codes from -2047 to 2047.'],
    [[1, 5, 255, 31, 1], 'table 0 is for 1 codes from -2048 on'],
    [[1, 5, 254, 31, 2], 'table 0 is for 2 codes from 2047 on'],
    [[1, 5, 0, 2, 1, 2], 'table 0 is damaged.'],
    [[1, 5, 0, 2, 0], 'table 0 is damaged.'],
    [[1, 5, 0, 2, 5, 5], 'the frequencies of table 0 sum up to 10, not 16384.'],
    [[1, 4, 0, 1, 128, 128, 1], 'its tables are for 4 columns, expected 5.'],
    [[1, 5, 0, 1, 128, 128, 1, 7], '1 bytes follow its tables.'],
  ])('bytes %j are refused', (bytes, message) => {
    expect(() => readTables(Uint8Array.from(bytes), 5, 'f')).toThrow(`f: ${message}`);
  });
});
