/** Colours against scikit-image and numpy (test/fixtures/make-colours.py). */
import { describe, expect, test } from 'vitest';
import { COLOUR_NUMBERS, colourShares, coloursOf } from '../../../src/core/image/colour.ts';
import type { RgbaImage } from '../../../src/core/image/pixels.ts';
import oracle from '../../fixtures/colours.json' with { type: 'json' };

type Plane = (x: number, y: number, c: number) => number;

/** The formulas of the script. */
const PLANES: Record<string, Plane> = {
  vivid: (x, y, c) => (x * 37 + y * 91 + c * 53 + x * y * 7) % 256,
  warm: (x, y, c) => [200 + (x % 40), 120 + (y % 50), 40 + ((x + y) % 30)][c] as number,
  extreme: (x, y, c) =>
    [
      [0, 0, 255],
      [0, 255, 0],
      [255, 0, 255],
    ][(Math.floor(x / 9) + Math.floor(y / 7)) % 3]?.[c] as number,
  'nearly grey': (x, y, c) => ((x * 5 + y * 3) % 200) + (c === 0 ? 4 : 0),
};

function picture(plane: Plane, width: number, height: number): RgbaImage {
  const data = new Uint8Array(width * height * 4).fill(255);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) data[i * 4 + c] = plane(i % width, Math.floor(i / width), c);
  }
  return { width, height, data };
}

describe('colours', () => {
  test.each(oracle.cases)(
    'of a $name picture as numpy counts them',
    ({ name, size, sum, shares }) => {
      const [width, height] = size as [number, number];
      const photo = picture(PLANES[name] as Plane, width, height);
      const total = [...photo.data].reduce((all, value, i) => all + (i % 4 === 3 ? 0 : value), 0);
      expect(total).toBe(sum);
      const got = colourShares(photo, 'over-white', 'none');
      expect(got).toHaveLength(COLOUR_NUMBERS);
      const worst = Math.max(...shares.map((share, i) => Math.abs(share - (got[i] as number))));
      expect(worst).toBeLessThan(1e-5);
      expect(got.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
      const unit = coloursOf(photo, 'over-white', { illuminant: 'none', greyAbove: 1 });
      for (const [i, share] of shares.entries()) expect(unit[i]).toBeCloseTo(Math.sqrt(share), 3);
    },
  );

  test('a grey photo has none, a nearly grey one has some', () => {
    const grey = picture((x, y) => (x * 7 + y * 13) % 256, 40, 30);
    expect(
      [...coloursOf(grey, 'over-white', { illuminant: 'none', greyAbove: 0.97 })].every(
        (x) => x === 0,
      ),
    ).toBe(true);
    const tinted = picture(PLANES['nearly grey'] as Plane, 30, 70);
    expect(
      [...coloursOf(tinted, 'over-white', { illuminant: 'none', greyAbove: 0.97 })].some(
        (x) => x > 0,
      ),
    ).toBe(true);
  });

  test('the middle of the photo counts more than its edge', () => {
    const [red, blue] = [
      [255, 0, 0],
      [0, 0, 255],
    ] as const;
    // Red fills as many pixels as blue.
    const middle = (x: number, y: number) =>
      Math.max(Math.abs(x - 49.5), Math.abs(y - 49.5)) < 35.4;
    const photo = picture((x, y, c) => (middle(x, y) ? red : blue)[c] as number, 100, 100);
    const shares = colourShares(photo, 'over-white', 'none');
    const all = (plane: readonly number[]) => {
      const whole = colourShares(
        picture((_, __, c) => plane[c] as number, 10, 10),
        'over-white',
        'none',
      );
      return shares.reduce((sum, share, i) => sum + (whole[i] === 0 ? 0 : share), 0);
    };
    expect(all(red)).toBeGreaterThan(1.3 * all(blue));
  });

  test('transparent pixels count as white', () => {
    const photo = picture(PLANES.warm as Plane, 48, 48);
    const data = photo.data.map((value, i) => (i % 4 === 3 ? 0 : value));
    expect(
      [
        ...coloursOf({ ...photo, data }, 'over-white', { illuminant: 'none', greyAbove: 0.97 }),
      ].every((x) => x === 0),
    ).toBe(true);
    expect(
      [...coloursOf({ ...photo, data }, 'dropped', { illuminant: 'none', greyAbove: 0.97 })].some(
        (x) => x > 0,
      ),
    ).toBe(true);
  });
});
