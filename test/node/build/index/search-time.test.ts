/** How long searches take with each kind of index, and which one is the fastest, by size of the catalogue. */
import { expect, test } from 'vitest';
import {
  leastCodesTime,
  leastPartsTime,
  likelyCodesTime,
  partsTime,
  weighed,
  wholeTime,
} from '../../../../src/node/build/index/search-time.ts';

const sizeOf = (count: number, dimension = 256) => ({ count, dimension, rowBytes: 3 });

/**
 * Codes of 110 bytes, and parts: of 6,000, 8,000 and 20,000 as builds of real vectors measured them (the first rows of
 * ../shared/data/vectors-110k); the others are guesses between and beyond these.
 */
const CATALOGUES: readonly (readonly [
  count: number,
  bytes: number,
  waves: number,
  fastest: string,
])[] = [
  [100, 40_000, 2.4, 'codes'],
  [1000, 45_000, 2.4, 'codes'],
  [3000, 58_000, 2.4, 'codes'],
  [6000, 77_898, 2.69, 'parts'],
  [8000, 88_136, 2.66, 'parts'],
  [20_000, 132_198, 3.06, 'parts'],
  [109_000, 320_000, 3.2, 'parts'],
];

test.each(CATALOGUES)(
  'of %i photos, with %i bytes in %d waves in parts: %s',
  (count, bytes, waves, fastest) => {
    const size = sizeOf(count);
    const vectors = wholeTime('vectors', size, 512 * count);
    const codes = wholeTime('codes', size, 110 * count);
    const times = {
      vectors,
      codes,
      parts: partsTime({ bytes, waves }),
      linkedVectors: wholeTime('vectors', size, 512 * count, 44 * count),
      linkedCodes: wholeTime('codes', size, 110 * count, 41 * count),
    };
    const [first] = Object.entries(times).sort(([, a], [, b]) => weighed(a) - weighed(b));
    expect(first?.[0]).toBe(fastest);
    // What a build says without making them is no more than what it makes.
    expect(weighed(leastCodesTime(size))).toBeLessThan(weighed(codes));
    expect(weighed(leastPartsTime(size))).toBeLessThan(weighed(times.parts));
    expect(weighed(likelyCodesTime(size))).toBeCloseTo(weighed(codes), 6);
  },
);

test('a first search waits for the line: 20 Mbit/s, 50 ms until the host answers', () => {
  const size = sizeOf(10_000);
  const { first, next } = wholeTime('codes', size, 1_100_000);
  // Codes, ids and the script that reads them.
  expect(first - 50 - next).toBeCloseTo(
    (1_100_000 + 30_000 + 4700) / 2500 + (105 / 20_000) * 10_000,
    6,
  );
  const parts = partsTime({ bytes: 132_000, waves: 3 });
  expect(parts.first).toBeCloseTo(4 * 50 + (132_000 + 13_000) / 2500 + 46, 6);
  expect(parts.next).toBeCloseTo(3 * 50 + 132_000 / 2500 + 21, 6);
});

test('links save milliseconds of later searches, for a longer first one; of few photos, readers ignore them', () => {
  const [flat, linked] = [null, 5_000_000].map((links) =>
    wholeTime('vectors', sizeOf(100_000), 51_200_000, links),
  ) as [ReturnType<typeof wholeTime>, ReturnType<typeof wholeTime>];
  expect(flat.next).toBeCloseTo(48, 6);
  expect(linked.next).toBeLessThan(2);
  expect(linked.first - flat.first).toBeGreaterThan(2000);
  expect(wholeTime('codes', sizeOf(5000), 550_000, 200_000)).toEqual(
    wholeTime('codes', sizeOf(5000), 550_000),
  );
  // As measured: 20,000 nodes.
  expect(wholeTime('codes', sizeOf(20_000), 2_200_000, 820_000).next).toBeCloseTo(0.33, 6);
});
