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

function byPairs(prints: Uint8Array): number[][] {
  const count = prints.length / FINGERPRINT_BYTES;
  const of = (row: number) =>
    prints.subarray(row * FINGERPRINT_BYTES, (row + 1) * FINGERPRINT_BYTES);
  const sets = Array.from({ length: count }, (_, row) => new Set([row]));
  for (let a = 0; a < count; a++) {
    for (let b = a + 1; b < count; b++) {
      if (sets[a] === sets[b] || !areCopies(of(a), of(b))) continue;
      const all = new Set([...(sets[a] ?? []), ...(sets[b] ?? [])]);
      for (const row of all) sets[row] = all;
    }
  }
  const several = [...new Set(sets)].filter((set) => set.size > 1);
  return several
    .map((set) => [...set].sort((a, b) => a - b))
    .sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
}

describe('copies of a catalogue', () => {
  test.each([1, 2, 3])('are those that every pair gives (seed %i)', (seed) => {
    const prints = catalogue(400, seed, 2 * COPY_DISTANCE);
    const sets = findCopies(prints);
    expect(sets).toEqual(byPairs(prints));
    expect(sets.length).toBeGreaterThan(20);
  });

  test('blank pictures have none', () => {
    expect(findCopies(new Uint8Array(50 * FINGERPRINT_BYTES))).toEqual([]);
  });

  test('20,000 pictures take a few seconds, 3,000 times the same picture no more', () => {
    const { user: begun } = process.cpuUsage();
    expect(findCopies(catalogue(20_000, 9, 10)).length).toBeGreaterThan(3000);
    const one = catalogue(1, 4, 1);
    const same = new Uint8Array(3000 * FINGERPRINT_BYTES);
    for (let row = 0; row < 3000; row++) same.set(one, row * FINGERPRINT_BYTES);
    expect(findCopies(same)).toEqual([Array.from({ length: 3000 }, (_, row) => row)]);
    expect((process.cpuUsage().user - begun) / 1e6).toBeLessThan(8);
  });
});
