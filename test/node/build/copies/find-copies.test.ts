/** Sets of copies, against the comparison of every pair. */
import { describe, expect, test } from 'vitest';
import {
  areCopies,
  COPY_DISTANCE,
  FINGERPRINT_BYTES,
  HASH_BITS,
  HASH_BYTES,
} from '../../../../src/core/image/hash-distance.ts';
import { seededRandom } from '../../../../src/core/vector/random.ts';
import { findCopies } from '../../../../src/node/build/copies/find-copies.ts';

/** Fingerprints of which some are others with a few bits flipped. */
function catalogue(count: number, seed: number, flips: number): Uint8Array {
  const random = seededRandom(seed);
  const below = (n: number) => Math.floor(n * random());
  const prints = new Uint8Array(count * FINGERPRINT_BYTES);
  for (let row = 0; row < count; row++) {
    const own = prints.subarray(row * FINGERPRINT_BYTES, (row + 1) * FINGERPRINT_BYTES);
    if (row > 0 && random() < 0.3) {
      const from = below(row) * FINGERPRINT_BYTES;
      own.set(prints.subarray(from, from + FINGERPRINT_BYTES));
      for (let i = 0; i < below(flips); i++) {
        const bit = below(HASH_BITS);
        own[bit >> 3] = (own[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      }
    } else
      for (let i = 0; i < own.length; i++) own[i] = i < HASH_BYTES ? below(256) : 120 + below(9);
  }
  return prints;
}

/** Each row joins the earliest first row that it is a copy of. */
function byPairs(prints: Uint8Array): number[][] {
  const count = prints.length / FINGERPRINT_BYTES;
  const of = (row: number) =>
    prints.subarray(row * FINGERPRINT_BYTES, (row + 1) * FINGERPRINT_BYTES);
  const sets: number[][] = [];
  for (let row = 0; row < count; row++) {
    const set = sets.find(([first = 0]) => areCopies(of(first), of(row)));
    if (set) set.push(row);
    else sets.push([row]);
  }
  return sets.filter((set) => set.length > 1);
}

describe('copies of a catalogue', () => {
  test.each([1, 2, 3])('are those that every pair gives (seed %i)', (seed) => {
    const prints = catalogue(400, seed, 2 * COPY_DISTANCE);
    const { sets } = findCopies(prints);
    expect(sets).toEqual(byPairs(prints));
    expect(sets.length).toBeGreaterThan(20);
  });

  test('blank pictures have none', () => {
    expect(findCopies(new Uint8Array(50 * FINGERPRINT_BYTES)).sets).toEqual([]);
  });

  test('20,000 pictures take a few seconds, 3,000 times the same picture no more', () => {
    const { user: begun } = process.cpuUsage();
    expect(findCopies(catalogue(20_000, 9, 10)).sets.length).toBeGreaterThan(3000);
    const one = catalogue(1, 4, 1);
    const same = new Uint8Array(3000 * FINGERPRINT_BYTES);
    for (let row = 0; row < 3000; row++) same.set(one, row * FINGERPRINT_BYTES);
    expect(findCopies(same).sets).toEqual([Array.from({ length: 3000 }, (_, row) => row)]);
    expect((process.cpuUsage().user - begun) / 1e6).toBeLessThan(8);
  });

  test('a chain of pictures, each a copy of the next, is not one set', () => {
    const random = seededRandom(8);
    const centre = catalogue(1, 5, 1);
    const prints = new Uint8Array(8000 * FINGERPRINT_BYTES);
    for (let row = 0; row < 8000; row++) {
      const own = prints.subarray(row * FINGERPRINT_BYTES, (row + 1) * FINGERPRINT_BYTES);
      own.set(centre);
      for (let i = 0; i < 16; i++) {
        const bit = Math.floor(HASH_BITS * random());
        own[bit >> 3] = (own[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      }
    }
    const { user: begun } = process.cpuUsage();
    const { sets } = findCopies(prints);
    expect((process.cpuUsage().user - begun) / 1e6).toBeLessThan(8);
    const of = (row: number) =>
      prints.subarray(row * FINGERPRINT_BYTES, (row + 1) * FINGERPRINT_BYTES);
    for (const [first = 0, ...others] of sets) {
      for (const row of others) expect(areCopies(of(first), of(row))).toBe(true);
    }
    expect(sets[0]?.length ?? 0).toBeLessThan(8000);
  });
});
