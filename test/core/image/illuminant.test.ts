import { describe, expect, test } from 'vitest';
import { colourShares, coloursOf } from '../../../src/core/image/colour.ts';
import type { Illuminant } from '../../../src/core/image/illuminant.ts';
import type { RgbaImage } from '../../../src/core/image/pixels.ts';
import { cosine } from '../../../src/core/vector/arithmetic.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';

const SIDE = 48;
type Triple = readonly [number, number, number];

const photo = (pixel: (x: number, y: number) => Triple): RgbaImage => ({
  width: SIDE,
  height: SIDE,
  data: Uint8Array.from(
    Array.from({ length: SIDE * SIDE }, (_, i) => [
      ...pixel(i % SIDE, Math.floor(i / SIDE)),
      255,
    ]).flat(),
  ),
});

/** sRGB with one channel brighter and one darker, as by the light of a lamp. */
const warm = (image: RgbaImage, red = 1.15, blue = 0.85): RgbaImage => ({
  ...image,
  data: image.data.map((level, i) =>
    i % 4 === 0 ? Math.min(255, level * red) : i % 4 === 2 ? level * blue : level,
  ),
});

/** Blocks of random colours. */
function blocks(seed: number): RgbaImage {
  const random = seededRandom(seed);
  const palette = Array.from(
    { length: 16 },
    (): Triple => [random() * 200, random() * 200, random() * 200],
  );
  return photo((x, y) => palette[Math.floor(y / 12) * 4 + Math.floor(x / 12)] as Triple);
}

/** The oracle: the definitions of sRGB, grey world and L*a*b* with the functions of `Math`, pixel by pixel. */
function plainShares({ data }: RgbaImage, isCorrected: boolean): number[] {
  const lights = Array.from({ length: SIDE * SIDE }, (_, i) =>
    [0, 1, 2].map((c) => {
      const value = (data[i * 4 + c] ?? 0) / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    }),
  );
  const means = [0, 1, 2].map(
    (c) => lights.reduce((sum, l) => sum + (l[c] ?? 0), 0) / lights.length,
  );
  const grey = means.reduce((a, b) => a + b) / 3;
  const shares = new Array<number>(49).fill(0);
  let total = 0;
  lights.forEach((light, i) => {
    const [r = 0, g = 0, b = 0] = light.map((x, c) =>
      isCorrected ? x * Math.sqrt(grey / (means[c] ?? 1)) : x,
    );
    const [fx = 0, fy = 0, fz = 0] = [
      (0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047,
      0.2126729 * r + 0.7151522 * g + 0.072175 * b,
      (0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883,
    ].map((t) => (t > (6 / 29) ** 3 ? Math.cbrt(t) : t / (3 * (6 / 29) ** 2) + 4 / 29));
    const [dx, dy] = [(i % SIDE) + 0.5 - 24, Math.floor(i / SIDE) + 0.5 - 24];
    const weight = Math.exp(-(dx * dx + dy * dy) / 24 ** 2 / (2 * 0.7 ** 2));
    total += weight;
    for (let bin = 0; bin < 49; bin++) {
      const near = (value: number, at: number) =>
        Math.max(0, 1 - Math.abs(Math.max(-3, Math.min(3, value / 18)) + 3 - at));
      shares[bin] =
        (shares[bin] ?? 0) +
        weight * near(500 * (fx - fy), Math.floor(bin / 7)) * near(200 * (fy - fz), bin % 7);
    }
  });
  return shares.map((sum) => sum / total);
}

describe('half grey world', () => {
  test.each<[Illuminant, boolean]>([
    ['none', false],
    ['half-grey-world', true],
  ])('%s: shares of colours are those of the plain definition', (illuminant, isCorrected) => {
    for (const seed of [1, 2, 3]) {
      const image = warm(blocks(seed));
      const expected = plainShares(image, isCorrected);
      colourShares(image, 'over-white', illuminant).forEach((share, bin) => {
        expect(Math.abs(share - (expected[bin] ?? Number.NaN))).toBeLessThan(1e-4);
      });
    }
  });

  test('colours change less in warm light', () => {
    const likeness = (illuminant: Illuminant, seed: number) => {
      const [a, b] = [blocks(seed), warm(blocks(seed), 1.25, 0.75)].map((image) =>
        coloursOf(image, 'over-white', { illuminant, greyAbove: 1 }),
      ) as [Float32Array, Float32Array];
      return cosine(a, b);
    };
    for (const seed of [1, 2, 3, 4, 5]) {
      expect(likeness('half-grey-world', seed)).toBeGreaterThan(likeness('none', seed));
    }
  });

  test('a red thing stays red: half of the correction keeps most of the colour', () => {
    const red = photo(() => [200, 30, 30]);
    const shares = colourShares(red, 'over-white', 'half-grey-world');
    const reddish = shares.reduce(
      (sum, share, bin) => sum + (Math.floor(bin / 7) > 3 ? share : 0),
      0,
    );
    expect(reddish).toBeGreaterThan(0.9);
  });

  test('a grey photo stays grey to the bit, a black one is no division by zero', () => {
    const random = seededRandom(4);
    const grey = photo(() => {
      const level = Math.floor(random() * 256);
      return [level, level, level];
    });
    expect(colourShares(grey, 'over-white', 'half-grey-world')).toEqual(
      colourShares(grey, 'over-white', 'none'),
    );
    const black = photo(() => [0, 0, 0]);
    expect(
      coloursOf(black, 'over-white', { illuminant: 'half-grey-world', greyAbove: 0.97 }),
    ).toEqual(new Float32Array(49));
  });
});
