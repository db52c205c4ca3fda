import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutByContent, fileRowsFor } from '../../../src/core/bundle/cut.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';

const idsOf = (count: number) =>
  Array.from({ length: count }, (_, i) => `photo-${String(i).padStart(5, '0')}.jpg`);

/** The ids of each file: what its content depends on. */
const filesOf = (ids: readonly string[], max: number) =>
  cutByContent(ids, max).map(([first, end]) => ids.slice(first, end).join());

describe('cuts by content', () => {
  test('cover all rows in order, a quarter of the most to the most of them a file', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string(), { maxLength: 300 }),
        fc.integer({ min: 1, max: 80 }),
        (ids, max) => {
          const ranges = cutByContent([...ids].sort(), max);
          expect(ranges.flatMap(([first, end]) => ids.slice(first, end))).toEqual(ids);
          for (const [first, end] of ranges) {
            expect(end - first).toBeGreaterThanOrEqual(Math.min(Math.ceil(max / 4), ids.length));
            expect(end - first).toBeLessThanOrEqual(max);
          }
        },
      ),
      { seed: 3, numRuns: 200 },
    );
  });

  test('an inserted id changes one file, rarely a second; so does a removed one', () => {
    const random = seededRandom(4);
    const ids = idsOf(5000);
    const before = new Set(filesOf(ids, 128));
    const changes: number[] = [];
    for (let round = 0; round < 300; round++) {
      const at = Math.floor(random() * ids.length);
      const inserted = [...ids.slice(0, at), `${ids[at]}-new`, ...ids.slice(at)];
      // Sorted: the new id follows the one that it begins with.
      inserted.sort();
      const files = filesOf(inserted, 128);
      changes.push(files.filter((file) => !before.has(file)).length);
      const fewer = ids.filter((_, i) => i !== at);
      changes.push(filesOf(fewer, 128).filter((file) => !before.has(file)).length);
    }
    expect(Math.min(...changes)).toBe(1);
    expect(changes.filter((n) => n === 1).length / changes.length).toBeGreaterThan(0.95);
    expect(Math.max(...changes)).toBeLessThanOrEqual(4);
  });

  test('are the same on every machine', () => {
    expect(cutByContent(idsOf(30), 8)).toEqual(CUTS);
  });
});

/** Computed by another implementation of FNV-1a and MurmurHash3's end, in Python. */
const CUTS = [
  [0, 3],
  [3, 10],
  [10, 18],
  [18, 23],
  [23, 30],
];

describe('rows a file', () => {
  test('few files of what every visitor loads, whatever the size of the catalogue', () => {
    expect(fileRowsFor(294).vectors).toBe(512);
    for (const count of [513, 1000, 5000, 10_000, 110_000, 1_000_000]) {
      const { vectors, columns, details } = fileRowsFor(count);
      const files = cutByContent(idsOf(count > 20_000 ? 0 : count), vectors).length;
      if (files > 0) expect(files).toBeLessThanOrEqual(22);
      expect(count / vectors).toBeLessThanOrEqual(12);
      expect(columns).toBe(4 * vectors);
      expect(details).toBeGreaterThanOrEqual(48);
      expect(details).toBeLessThanOrEqual(96);
    }
  });

  test('details in small files, which are few enough for hosts that limit their number', () => {
    const ids = idsOf(10_000);
    const ranges = cutByContent(ids, fileRowsFor(ids.length).details);
    expect(ranges.length).toBeLessThanOrEqual(400);
    // Of the file that a hit is in.
    const rows = ranges.reduce((sum, [first, end]) => sum + (end - first) ** 2, 0) / ids.length;
    expect(rows).toBeLessThanOrEqual(34);
    const many = idsOf(110_000);
    expect(cutByContent(many, fileRowsFor(many.length).details).length).toBeLessThanOrEqual(2000);
  });

  test('those of the previous release are kept while they fit', () => {
    const before = fileRowsFor(1400);
    expect(fileRowsFor(1500)).not.toEqual(before);
    expect(fileRowsFor(1500, before)).toBe(before);
    expect(fileRowsFor(3000, before)).not.toEqual(before);
    expect(fileRowsFor(400, before)).toEqual(fileRowsFor(400));
  });
});
