/** Turned pixels against a plain loop; regions against the pixels that they name. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RgbaImage } from '../../../src/core/image/pixels.ts';
import {
  checkView,
  hasChosenRegion,
  isWhole,
  type PhotoView,
  type QuarterTurns,
  type Region,
  regionInPixels,
  regionWithin,
  trimsBorders,
  turnPixels,
  turnRegion,
  uprightRegion,
} from '../../../src/core/image/view.ts';

/** Every pixel tells where it came from. */
function numbered(width: number, height: number): RgbaImage {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i++)
    data.set([i % 251, i >> 8, i % 7, 255 - (i % 13)], i * 4);
  return { width, height, data };
}

const pixel = ({ width, data }: RgbaImage, x: number, y: number) =>
  [...data.slice((y * width + x) * 4, (y * width + x) * 4 + 4)].join();

/** One turn clockwise, pixel by pixel: the left column from below becomes the first row. */
function turnedOnce(image: RgbaImage): RgbaImage {
  const { width, height } = image;
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < width; y++) {
    for (let x = 0; x < height; x++) {
      const from = ((height - 1 - x) * width + y) * 4;
      data.set(image.data.slice(from, from + 4), (y * height + x) * 4);
    }
  }
  return { width: height, height: width, data };
}

const turns = fc.constantFrom<QuarterTurns>(0, 1, 2, 3);
const side = fc.integer({ min: 1, max: 17 });

describe('turned pixels', () => {
  test('are those of single turns, one after the other', () => {
    fc.assert(
      fc.property(side, side, turns, (width, height, times) => {
        let expected = numbered(width, height);
        for (let i = 0; i < times; i++) expected = turnedOnce(expected);
        expect(turnPixels(numbered(width, height), times)).toEqual(expected);
      }),
      { seed: 3 },
    );
  });

  test('of memory that begins anywhere', () => {
    const { data } = numbered(3, 2);
    const shifted = new Uint8ClampedArray(25);
    shifted.set(data, 1);
    const image = { width: 3, height: 2, data: shifted.subarray(1) };
    expect(turnPixels(image, 1)).toEqual(turnedOnce(numbered(3, 2)));
  });
});

describe('a region', () => {
  test('names the same pixels before and after a turn', () => {
    fc.assert(
      fc.property(
        side,
        side,
        turns,
        fc.nat(),
        fc.nat(),
        fc.nat(),
        fc.nat(),
        (w, h, t, a, b, c, d) => {
          const image = numbered(w, h);
          const turned = turnPixels(image, t);
          // A rectangle of whole pixels within the turned picture.
          const x = a % turned.width;
          const y = b % turned.height;
          const region: Region = {
            left: x / turned.width,
            top: y / turned.height,
            width: (1 + (c % (turned.width - x))) / turned.width,
            height: (1 + (d % (turned.height - y))) / turned.height,
          };
          const there = regionInPixels(region, turned.width, turned.height);
          expect([there.x, there.y]).toEqual([x, y]);
          const here = regionInPixels(uprightRegion({ turns: t, region }) as Region, w, h);
          const all = (from: RgbaImage, r: typeof here) =>
            Array.from({ length: r.width * r.height }, (_, i) =>
              pixel(from, r.x + (i % r.width), r.y + Math.floor(i / r.width)),
            ).sort();
          expect(all(image, here)).toEqual(all(turned, there));
        },
      ),
      { seed: 4 },
    );
  });

  test('turned four times lies where it was', () => {
    const region: Region = { left: 0.125, top: 0.25, width: 0.5, height: 0.0625 };
    let at = region;
    for (let i = 0; i < 4; i++) at = turnRegion(at, 1);
    expect(at).toEqual(region);
    expect(turnRegion(turnRegion(region, 1), 1)).toEqual(turnRegion(region, 2));
    expect(turnRegion(turnRegion(region, 2), 1)).toEqual(turnRegion(region, 3));
  });

  test('is never without a pixel, nor outside', () => {
    const sliver: Region = { left: 0.999, top: 0.999, width: 0.0001, height: 0.0001 };
    expect(regionInPixels(sliver, 10, 10)).toEqual({ x: 9, y: 9, width: 1, height: 1 });
    const whole: Region = { left: 0, top: 0, width: 1.0000001, height: 1 };
    expect(regionInPixels(whole, 7, 5)).toEqual({ x: 0, y: 0, width: 7, height: 5 });
  });
});

describe('a view that is none', () => {
  const inside: Region = { left: 0, top: 0, width: 0.5, height: 0.5 };
  test.each<[string, Partial<PhotoView>, string]>([
    [
      'turns',
      { turns: 4 as QuarterTurns },
      '"turns" must be 0, 1, 2 or 3 (times 90° clockwise), got 4',
    ],
    [
      'borders',
      { borders: 'cut' as 'kept' },
      '"borders" must be "kept", "trimmed" or left out, got "cut".',
    ],
    ['empty', { region: { ...inside, width: 0 } }, '"region" must lie within the photo'],
    ['outside', { region: { ...inside, left: 0.75 } }, '"left":0.75'],
    ['no number', { region: { ...inside, top: Number.NaN } }, 'in fractions from 0 to 1'],
  ])('%s', (_, view, words) => {
    expect(() => checkView({ turns: 0, region: null, ...view })).toThrow(words);
  });

  test('only a photo without region has its borders trimmed, unless they are to be kept', () => {
    expect(trimsBorders({ turns: 1, region: null })).toBe(true);
    expect(trimsBorders({ turns: 1, region: inside })).toBe(false);
    expect(trimsBorders({ turns: 1, region: null, borders: 'kept' })).toBe(false);
    expect(isWhole({ turns: 0, region: null })).toBe(true);
    expect(isWhole({ turns: 0, region: null, borders: 'kept' })).toBe(false);
  });

  test('nothing is said of one that is', () => {
    checkView({ turns: 3, region: inside });
    checkView({ turns: 0, region: null });
    checkView({ turns: 0, region: null, borders: 'kept' });
    checkView({ turns: 1, region: inside, borders: 'trimmed' });
  });
});

test('a region of a region', () => {
  const outer: Region = { left: 0.5, top: 0.2, width: 0.4, height: 0.8 };
  const inner: Region = { left: 0.25, top: 0.5, width: 0.5, height: 0.25 };
  expect(regionWithin(outer, inner)).toEqual({
    left: 0.6,
    top: 0.6000000000000001,
    width: 0.2,
    height: 0.2,
  });
  expect(regionWithin(null, inner)).toBe(inner);
});

test('a region is chosen, unless a search left it', () => {
  const region: Region = { left: 0, top: 0, width: 0.5, height: 0.5 };
  expect(hasChosenRegion({ turns: 0, region })).toBe(true);
  expect(hasChosenRegion({ turns: 0, region, borders: 'kept' })).toBe(true);
  expect(hasChosenRegion({ turns: 0, region, borders: 'trimmed' })).toBe(false);
  expect(hasChosenRegion({ turns: 0, region: null, borders: 'kept' })).toBe(false);
});
