import { expect, test } from 'vitest';
import type { RgbaImage } from '../../../src/core/image/pixels.ts';
import { detailOf, isSoft, lowPass } from '../../../src/core/image/soft.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';

function photo(width: number, height: number, level: (x: number, y: number) => number): RgbaImage {
  const data = new Uint8Array(width * height * 4).fill(255);
  for (let i = 0; i < width * height; i++) {
    data.fill(level(i % width, Math.floor(i / width)), i * 4, i * 4 + 3);
  }
  return { width, height, data };
}

/** Halves to even, as canvases round. */
const toByte = (level: number) => Uint8ClampedArray.of(level)[0] ?? 0;

/** The oracle: vertical stripes are one-dimensional, so the filters can be written down tap by tap. */
function halved(levels: readonly number[]): number[] {
  return levels.flatMap((_, i) => {
    if (i % 2 > 0) return [];
    const taps = [-1, 0, 1, 2].map((d) => ({
      level: levels[i + d],
      weight: d === 0 || d === 1 ? 3 : 1,
    }));
    const inside = taps.filter((tap) => tap.level !== undefined);
    const sum = inside.reduce((total, tap) => total + tap.weight, 0);
    return [toByte(inside.reduce((s, tap) => s + (tap.level ?? 0) * tap.weight, 0) / sum)];
  });
}

function lostByHalf(levels: readonly number[]): number {
  const half = halved(levels);
  const at = (i: number) => half[Math.min(Math.max(i, 0), half.length - 1)] ?? 0;
  const back = levels.map((_, i) => {
    const own = Math.floor(i / 2);
    return toByte((3 * at(own) + at(i % 2 > 0 ? own + 1 : own - 1)) / 4);
  });
  return levels.reduce((sum, x, i) => sum + (x - (back[i] ?? 0)) ** 2, 0) / levels.length;
}

const detailOfStripes = (levels: readonly number[]) =>
  lostByHalf(levels) / (lostByHalf(halved(levels)) + 1);

test('is what a copy of half the size loses, by what a copy of that loses', () => {
  const random = seededRandom(5);
  const noise = Array.from({ length: 128 }, () => Math.floor(random() * 256));
  const waves = Array.from({ length: 128 }, (_, i) => 128 + 100 * Math.sin(i / 3));
  const slope = Array.from({ length: 128 }, (_, i) => 60 + i);
  for (const levels of [noise, waves.map(toByte), slope]) {
    const expected = detailOfStripes(levels);
    const got = detailOf(
      photo(128, 128, (x) => levels[x] ?? 0),
      'over-white',
    );
    expect(Math.abs(got - expected)).toBeLessThan(1e-9);
  }
  expect(detailOfStripes(noise)).toBeGreaterThan(1);
  expect(detailOfStripes(waves)).toBeLessThan(0.1);
});

test('does not depend on the contrast: a smooth photo with sharp edges is sharp', () => {
  const disc = (x: number, y: number) => ((x - 150) ** 2 + (y - 150) ** 2 < 80 ** 2 ? 190 : 160);
  expect(isSoft(photo(300, 300, disc), 'over-white')).toBe(false);
});

test('fine stripes are sharp, waves as wide as a quarter of the photo are soft', () => {
  const stripes = photo(300, 200, (x) => (x % 6 < 3 ? 40 : 220));
  const waves = photo(300, 200, (x) => 128 + 100 * Math.sin((x / 75) * 2 * Math.PI));
  expect(isSoft(stripes, 'over-white')).toBe(false);
  expect(isSoft(waves, 'over-white')).toBe(true);
});

test('a thumbnail of 64 pixels is soft, whatever it shows', () => {
  const checks = (side: number) => photo(side, side, (x, y) => ((x + y) % 2 === 0 ? 0 : 255));
  expect(isSoft(checks(64), 'over-white')).toBe(true);
  expect(isSoft(checks(100), 'over-white')).toBe(false);
});

test('a photo of a single colour is not soft, as it has nothing to lose', () => {
  expect(
    isSoft(
      photo(200, 200, () => 255),
      'over-white',
    ),
  ).toBe(false);
});

test('transparent pixels count as white', () => {
  const image = photo(200, 200, (x) => (x % 4 < 2 ? 0 : 255));
  for (let i = 3; i < image.data.length; i += 4) image.data[i] = 0;
  expect(detailOf(image, 'over-white')).toBe(1);
  expect(detailOf(image, 'dropped')).toBeGreaterThan(0.1);
});

test('the copy is the photo stretched to 64 × 64', () => {
  const copy = lowPass(
    photo(128, 64, (x) => (x < 64 ? 10 : 200)),
    'over-white',
  );
  expect([copy.width, copy.height]).toEqual([64, 64]);
  expect([copy.data[0], copy.data[63 * 4], copy.data[3]]).toEqual([10, 200, 255]);
});
