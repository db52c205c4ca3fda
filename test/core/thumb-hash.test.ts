import { rgbaToThumbHash } from 'thumbhash';
import { expect, test } from 'vitest';
import { isThumbHash } from '../../src/core/thumb-hash.ts';
import { seededRandom } from '../../src/core/vector/random.ts';

/** The oracle: the package that makes them. */
function hashOf(width: number, height: number, alpha: boolean, seed: number): Buffer {
  const random = seededRandom(seed);
  const rgba = Uint8Array.from({ length: width * height * 4 }, (_, i) =>
    i % 4 === 3 && !alpha ? 255 : Math.floor(random() * 256),
  );
  return Buffer.from(rgbaToThumbHash(width, height, rgba));
}

test('takes every hash that the package makes, and none that is longer or shorter', () => {
  const sides = [1, 2, 7, 20, 49, 100];
  const lengths = new Set<number>();
  for (const width of sides) {
    for (const height of sides) {
      for (const alpha of [false, true]) {
        const hash = hashOf(width, height, alpha, width * 1000 + height);
        lengths.add(hash.length);
        expect(isThumbHash(hash.toString('base64'))).toBe(true);
        expect(isThumbHash(hash.toString('base64').replace(/=+$/, ''))).toBe(true);
        expect(isThumbHash(hash.subarray(0, -1).toString('base64'))).toBe(false);
        expect(isThumbHash(Buffer.concat([hash, Buffer.of(0)]).toString('base64'))).toBe(false);
      }
    }
  }
  expect(lengths.size).toBe(5);
});

test.each([undefined, null, 7, '', 'AAAA', '====', 'a"bcdefg', 'A'.repeat(5000)])(
  'refuses %j',
  (value) => {
    expect(isThumbHash(value)).toBe(false);
  },
);
