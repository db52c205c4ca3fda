import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asStored, readVectors, writeVectors } from '../../../src/core/bundle/vectors.ts';
import { writeContainer } from '../../../src/core/container.ts';
import { floatToHalf } from '../../../src/core/half.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';

const namesOf = (files: readonly unknown[]) => files.map((_, i) => `b/vectors-${i}.bin`);

function unitVectors(count: number, dimension: number, seed = 1): Float32Array {
  const random = seededRandom(seed);
  const vectors = Float32Array.from({ length: count * dimension }, () => random() - 0.5);
  for (let start = 0; start < vectors.length; start += dimension) {
    const row = vectors.subarray(start, start + dimension);
    const length = Math.hypot(...row);
    row.forEach((x, i) => {
      row[i] = x / length;
    });
  }
  return vectors;
}

describe('the files of vectors', () => {
  test('give back the rounded vectors at unit length, however they are cut', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(),
        fc.integer({ min: 1, max: 60 }),
        (count, dimension, seed, rows) => {
          const vectors = unitVectors(count, dimension, seed);
          const ranges = Array.from({ length: Math.ceil(count / rows) }, (_, i) => {
            return [i * rows, Math.min(count, (i + 1) * rows)] as const;
          });
          const files = writeVectors(vectors, dimension, ranges);
          expect(files.map(({ first, rows: own }) => [first, first + own])).toEqual(ranges);
          const bytes = files.map((file) => file.bytes);
          const read = readVectors(bytes, files, dimension, namesOf(files));
          expect(read).toEqual(asStored(vectors, dimension));
          for (let row = 0; row < count; row++) {
            const own = read.subarray(row * dimension, (row + 1) * dimension);
            expect(Math.abs(Math.hypot(...own) - 1)).toBeLessThan(1e-6);
            // f16 has 11 significant bits; a number moves by half of the last one, and by the correction of the length.
            own.forEach((x, i) => {
              const given = vectors[row * dimension + i] as number;
              expect(Math.abs(x - given)).toBeLessThan(1.1 * 2 ** -11 * Math.abs(given) + 2 ** -12);
            });
          }
        },
      ),
      { seed: 5, numRuns: 60 },
    );
  });

  test('take two bytes a number', () => {
    const [file] = writeVectors(unitVectors(100, 256), 256, [[0, 100]]);
    expect(file?.bytes.length).toBeLessThan(100 * 256 * 2 + 256);
  });

  test('one that is too large is halved, and says nothing of its place', () => {
    const vectors = unitVectors(4, 8);
    const files = writeVectors(vectors, 8, [[0, 4]], undefined, 180);
    expect(files.map(({ first, rows }) => [first, rows])).toEqual([
      [0, 2],
      [2, 2],
    ]);
    const [same] = writeVectors(vectors.subarray(16), 8, [[0, 2]]);
    expect(same?.bytes).toEqual(files[1]?.bytes);
  });

  test('zero vectors stay zero', () => {
    expect(asStored(new Float32Array(4), 2)).toEqual(new Float32Array(4));
  });

  const lying = (meta: object, data = new Uint16Array(6)) =>
    writeContainer({
      kind: 'vectors',
      meta: { dimension: 3, rows: 2, ...meta },
      sections: [{ name: 'vectors', dtype: 'f16', shape: [data.length], data }],
    });
  const read = (bytes: Uint8Array) =>
    readVectors([bytes], [{ first: 0, rows: 2 }], 3, ['b/vectors-0.bin']);

  test.each<[string, Uint8Array, string]>([
    [
      'another dimension',
      lying({ dimension: 4 }),
      'its vectors have 4 numbers, the manifest says 3.',
    ],
    ['other rows', lying({ rows: 3 }), 'it has 3 rows, the manifest says 2.'],
    ['fewer numbers', lying({}, new Uint16Array(5)), 'expected 6 numbers, got 5.'],
    ['no rows', lying({ rows: undefined }), '"rows" must be a whole number, got nothing.'],
    [
      'an infinite number',
      lying({}, Uint16Array.of(0, 0, 0, 0, 0x7c00, 0)),
      'number 1 of row 1 is not finite.',
    ],
    [
      'one that is not a number',
      lying({}, Uint16Array.of(0xfe01, 0, 0, 0, 0, 0)),
      'number 0 of row 0 is not finite.',
    ],
    ['a cut', lying({}).subarray(0, -17), 'cut short'],
  ])('refuses %s', (_, bytes, words) => {
    expect(() => read(lying({}))).not.toThrow();
    expect(() => read(bytes)).toThrow(`b/vectors-0.bin: ${words}`);
    expect(() => read(bytes)).toThrow('Build the bundle again.');
  });

  test('reads finite numbers of every size', () => {
    const data = Uint16Array.from([1, -0.5, 2 ** -24, -(2 ** -14), 65504, 0], floatToHalf);
    expect([...read(lying({}, data))].map((x) => Math.sign(x))).toEqual([1, -1, 1, -1, 1, 0]);
  });
});
