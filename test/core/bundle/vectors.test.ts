import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readVectorShards, writeVectorShards } from '../../../src/core/bundle/vectors.ts';
import { writeContainer } from '../../../src/core/container.ts';

const namesOf = (files: readonly unknown[]) => files.map((_, i) => `b/vectors-${i}.bin`);
const read = (files: readonly Uint8Array[]) => readVectorShards(files, namesOf(files));

const matrices = fc
  .record({ count: fc.integer({ min: 1, max: 200 }), dimension: fc.integer({ min: 1, max: 40 }) })
  .chain(({ count, dimension }) =>
    fc
      .float32Array({
        minLength: count * dimension,
        maxLength: count * dimension,
        noNaN: true,
      })
      .map((vectors) => ({ vectors, count, dimension })),
  );

describe('the files of the vectors', () => {
  test('give back what was written, however many they are', () => {
    fc.assert(
      fc.property(matrices, fc.integer({ min: 4300, max: 9000 }), (matrix, maxBytes) => {
        const { vectors, count, dimension } = matrix;
        const files = writeVectorShards(vectors, count, dimension, maxBytes);
        expect(read(files)).toEqual(matrix);
        for (const file of files) expect(file.length).toBeLessThanOrEqual(maxBytes);
        // The limit leaves at least 204 bytes for rows: more data needs more files.
        expect(files.length).toBeGreaterThanOrEqual(Math.ceil((vectors.length * 4) / maxBytes));
      }),
      { seed: 5, numRuns: 60 },
    );
  });

  test('are one where they fit, and a row each where not even one fits', () => {
    const vectors = new Float32Array(3 * 8).map((_, i) => i);
    expect(writeVectorShards(vectors, 3, 8)).toHaveLength(1);
    const files = writeVectorShards(vectors, 3, 8, 10);
    expect(files).toHaveLength(3);
    expect(read(files).vectors).toEqual(vectors);
  });

  const vectors = new Float32Array(6 * 2).map((_, i) => i);
  const [a, b, c] = writeVectorShards(vectors, 6, 2, 4096 + 16) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const [foreign] = writeVectorShards(vectors, 3, 4, 4096 + 32) as [Uint8Array];

  test.each<[string, Uint8Array[], string]>([
    ['none', [], 'the files of vectors end at row 0, expected at least one file.'],
    [
      'the first missing',
      [b, c],
      'b/vectors-0.bin: expected rows from 0 of 6, got rows from 2 of 6.',
    ],
    ['one missing', [a, c], 'b/vectors-1.bin: expected rows from 2 of 6, got rows from 4 of 6.'],
    ['the last missing', [a, b], 'b/vectors-1.bin: the files of vectors end at row 4, expected 6.'],
    ['two swapped', [a, c, b], 'b/vectors-1.bin: expected rows from 2 of 6, got rows from 4 of 6.'],
    ['one twice', [a, a, b, c], 'expected rows from 2 of 6, got rows from 0 of 6.'],
    ['one too many', [a, b, c, c], 'expected rows from 6 of 6, got rows from 4 of 6.'],
    ['another bundle between', [a, foreign], 'expected rows from 2 of 6, got rows from 0 of 3.'],
    ['a cut one', [a, b.subarray(0, b.length - 1), c], 'b/vectors-1.bin: cut short'],
  ])('refuses %s', (_, files, words) => {
    expect(() => read(files)).toThrow(words);
    expect(() => read(files)).toThrow('Build the bundle again.');
  });

  const lying = (meta: object) =>
    writeContainer({
      kind: 'vectors',
      meta: { count: 2, dimension: 3, first: 0, rows: 2, ...meta },
      sections: [{ name: 'vectors', dtype: 'f32', shape: [6], data: new Float32Array(6) }],
    });

  test('refuses files of two models, though their rows join', () => {
    const part = (first: number, dimension: number) =>
      writeContainer({
        kind: 'vectors',
        meta: { count: 4, dimension, first, rows: 2 },
        sections: [
          {
            name: 'vectors',
            dtype: 'f32',
            shape: [2, dimension],
            data: new Float32Array(2 * dimension),
          },
        ],
      });
    expect(read([part(0, 3), part(2, 3)])).toMatchObject({ count: 4, dimension: 3 });
    expect(() => read([part(0, 3), part(2, 9)])).toThrow(
      'b/vectors-1.bin: expected vectors of 3 numbers, got 9. Build the bundle again.',
    );
  });

  test.each<[string, object, string]>([
    ['a dimension that is not the data', { dimension: 4 }, 'expected 8 numbers, got 6.'],
    ['rows that are not there', { count: 9, rows: 9 }, 'expected 27 numbers, got 6.'],
    ['huge claims', { count: 2 ** 50, rows: 2 ** 50 }, 'expected 3377699720527872 numbers, got 6.'],
    ['no dimension', { dimension: 0 }, 'expected vectors of at least 1 number, got 0.'],
    ['no first row', { first: undefined }, '"first" must be a whole number, got nothing.'],
    ['a broken count', { count: 1.5 }, '"count" must be a whole number, got 1.5.'],
  ])('refuses a header with %s', (_, meta, words) => {
    expect(() => read([lying({})])).not.toThrow();
    expect(() => read([lying(meta)])).toThrow(`b/vectors-0.bin: ${words}`);
  });
});
