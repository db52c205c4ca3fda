import { describe, expect, test } from 'vitest';
import { photoForViews } from '../../../src/core/image/preprocess.ts';
import { reducePhoto } from '../../../src/core/image/reduce.ts';
import type { InputSpec } from '../../../src/core/model/input-spec.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';

const random = seededRandom(8);
const noise = (width: number, height: number, opaque: boolean) => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * 4 }, (_, i) =>
    opaque && i % 4 === 3 ? 255 : random() * 256,
  ),
});
const view = (window: number, width: number, height = width) => ({ window, width, height });

describe('a large photo', () => {
  test.each([true, false])(
    'is averaged over whole pixels, as a plain mean: opaque %s',
    (opaque) => {
      // 207 / (2 × 32) = 3 across, 130 / (2 × 32) = 2 down; nothing is cut off.
      const photo = noise(207, 130, opaque);
      const reduced = reducePhoto(photo, [view(1, 32)], 'over-white');
      expect([reduced.width, reduced.height]).toEqual([69, 65]);
      for (let i = 0; i < 69 * 65; i++) {
        for (let c = 0; c < 3; c++) {
          const values = Array.from({ length: 6 }, (_, part) => {
            const x = (i % 69) * 3 + (part % 3);
            const y = Math.floor(i / 69) * 2 + Math.floor(part / 3);
            const at = (y * 207 + x) * 4;
            const share = (photo.data[at + 3] as number) / 255;
            return (photo.data[at + c] as number) * share + 255 * (1 - share);
          });
          const mean = values.reduce((a, b) => a + b) / 6;
          expect(Math.abs((reduced.data[i * 4 + c] as number) - mean)).toBeLessThan(0.5001);
        }
        expect(reduced.data[i * 4 + 3]).toBe(255);
      }
    },
  );

  test('the view that needs the most pixels decides, and the rest is cut off on both sides', () => {
    const photo = noise(1000, 700, true);
    // 1000 × 0.8 / (2 × 160) = 2, 700 × 0.8 / (2 × 160) = 1
    const reduced = reducePhoto(photo, [view(1, 128), view(0.8, 160)], 'over-white');
    expect([reduced.width, reduced.height]).toEqual([500, 700]);
    const odd = reducePhoto(noise(262, 64, true), [view(1, 32)], 'over-white');
    expect([odd.width, odd.height]).toEqual([65, 64]);
    const stripe = noise(262, 64, true);
    stripe.data.fill(0);
    for (let y = 0; y < 64; y++) {
      // The first pixel and the last one are cut off, so only the stripes next to them remain.
      for (const x of [0, 261]) stripe.data.fill(255, (y * 262 + x) * 4, (y * 262 + x) * 4 + 4);
      stripe.data.fill(255, (y * 262 + 1) * 4, (y * 262 + 5) * 4);
    }
    const { data } = reducePhoto(stripe, [view(1, 32)], 'dropped');
    expect([data[0], data[4], data[64 * 4]]).toEqual([255, 0, 0]);
  });

  test('without transparency the hidden colours are dropped into the mean', () => {
    const photo = { width: 128, height: 64, data: new Uint8Array(128 * 64 * 4).fill(40) };
    expect(reducePhoto(photo, [view(1, 32)], 'dropped').data[0]).toBe(40);
    // 40 of 255 opaque: 40 × 40 / 255 + 255 − 40 = 221.3
    expect(reducePhoto(photo, [view(1, 32)], 'over-white').data[0]).toBe(221);
  });
});

test('is taken as it is by default, and where it is small', () => {
  const input: InputSpec = {
    width: 32,
    height: 32,
    resize: 'stretch',
    filter: 'bilinear-antialias',
    channels: 'RGB',
    mean: [0, 0, 0],
    scale: [1, 1, 1],
  };
  const photo = noise(300, 300, true);
  expect(photoForViews(photo, input)).toBe(photo);
  expect(photoForViews(photo, { ...input, reduce: 'box' }).width).toBe(75);
  const small = noise(127, 100, true);
  expect(photoForViews(small, { ...input, reduce: 'box' })).toBe(small);
});
