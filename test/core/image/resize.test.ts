import { describe, expect, test } from 'vitest';
import type { RgbaImage } from '../../../src/core/image/pixels.ts';
import { resizeBilinear } from '../../../src/core/image/resize.ts';
import pillow from '../../fixtures/pillow-resize.json' with { type: 'json' };

/** The same formula as in test/fixtures/make-pillow-resize.py. */
function patterned(width: number, height: number): RgbaImage {
  const data = new Uint8Array(width * height * 4).fill(255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) {
        data[(y * width + x) * 4 + c] = (x * 37 + y * 91 + c * 53 + x * y * 7) % 256;
      }
    }
  }
  return { width, height, data };
}

describe('resize', () => {
  test.each(pillow.cases)('equals Pillow in floats: $from to $to', ({ from, to, rgb }) => {
    const [width, height] = from as [number, number];
    const [toWidth, toHeight] = to as [number, number];
    const got = resizeBilinear(patterned(width, height), toWidth, toHeight, 'over-white');
    expect(got).toHaveLength(rgb.length);
    const worst = Math.max(...rgb.map((value, i) => Math.abs(value - (got[i] as number))));
    expect(worst).toBeLessThan(1e-3);
  });

  test.each(pillow.windows)('equals Pillow for a window of $window: $from to $to', (one) => {
    const [width, height] = one.from as [number, number];
    const [toWidth, toHeight] = one.to as [number, number];
    const photo = patterned(width, height);
    const got = resizeBilinear(photo, toWidth, toHeight, 'over-white', one.window);
    expect(got).toHaveLength(one.rgb.length);
    const worst = Math.max(...one.rgb.map((value, i) => Math.abs(value - (got[i] as number))));
    expect(worst).toBeLessThan(1e-3);
  });

  test('puts alpha over white before it resizes', () => {
    const data = Uint8Array.from([255, 0, 0, 0, 0, 0, 0, 128]);
    const [r, g, b, r2] = resizeBilinear({ width: 2, height: 1, data }, 2, 1, 'over-white');
    expect([r, g, b]).toEqual([255, 255, 255]); // wholly transparent red is white, not pink
    expect(r2).toBeCloseTo(127, 3);
  });
});
