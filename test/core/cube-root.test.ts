import { expect, test } from 'vitest';
import { cubeRoot } from '../../src/core/cube-root.ts';
import { seededRandom } from '../../src/core/vector/random.ts';

test('is that of Math.cbrt to 4e-16 of itself, from 1e-299 to 1e300', () => {
  const random = seededRandom(4);
  for (let i = 0; i < 20_000; i++) {
    const x = (random() < 0.5 ? -1 : 1) * 10 ** (random() * 599 - 299);
    const expected = Math.cbrt(x);
    expect(Math.abs(cubeRoot(x) - expected)).toBeLessThanOrEqual(4e-16 * Math.abs(expected));
  }
});

test.each([
  [0, 0],
  [27, 3],
  [-8, -2],
  [1, 1],
  [1e-310, 0],
  [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
  [Number.NaN, Number.NaN],
])('of %d is %d', (x, root) => {
  expect(cubeRoot(x)).toBe(root);
});
