import { describe, expect, test } from 'vitest';
import { withSurroundings } from '../../../src/core/image/surroundings.ts';
import type { Region } from '../../../src/core/image/view.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';

/** In pixels, so that the expected frames can be worked out by hand. */
function inPixels(size: { width: number; height: number }, box: readonly number[]): number[] {
  const [x = 0, y = 0, w = 0, h = 0] = box;
  const region: Region = {
    left: x / size.width,
    top: y / size.height,
    width: w / size.width,
    height: h / size.height,
  };
  const { left, top, width, height } = withSurroundings(region, size);
  const of = (part: number, side: number) => Number((part * side).toFixed(6));
  return [
    of(left, size.width),
    of(top, size.height),
    of(width, size.width),
    of(height, size.height),
  ];
}

describe('a frame gets surroundings', () => {
  const wide = { width: 400, height: 200 };
  test.each<[string, { width: number; height: number }, number[], number[]]>([
    // 80 × 1.3 = 104, around the same middle.
    ['a square', wide, [160, 60, 80, 80], [148, 48, 104, 104]],
    ['a high one becomes square', wide, [180, 60, 40, 80], [148, 48, 104, 104]],
    ['a wide one becomes square', wide, [160, 80, 80, 40], [148, 48, 104, 104]],
    ['at the left edge it grows to the right', wide, [0, 60, 80, 80], [0, 48, 104, 104]],
    ['in a corner it grows inwards', wide, [320, 120, 80, 80], [296, 96, 104, 104]],
    // 0.8 of the height: 40 % of the remaining fifth on each side, 160 × (1 + 0.16 / 0.8) = 192.
    ['a large one grows less', wide, [100, 20, 160, 160], [84, 4, 192, 192]],
    ['the whole photo stays', wide, [0, 0, 400, 200], [0, 0, 400, 200]],
    // The whole width leaves no room, but the strip becomes as square as the photo allows.
    ['a strip', { width: 200, height: 300 }, [0, 100, 200, 40], [0, 20, 200, 200]],
    ['a strip higher than the photo is wide', wide, [0, 100, 400, 40], [0, 0, 400, 200]],
  ])('%s', (_, size, box, expected) => {
    expect(inPixels(size, box)).toEqual(expected);
  });

  test('any frame stays within the photo and contains the original', () => {
    const random = seededRandom(3);
    for (let i = 0; i < 500; i++) {
      const size = {
        width: 1 + Math.floor(random() * 500),
        height: 1 + Math.floor(random() * 500),
      };
      const width = 0.001 + random() * 0.999;
      const height = 0.001 + random() * 0.999;
      const region = { left: random() * (1 - width), top: random() * (1 - height), width, height };
      const grown = withSurroundings(region, size);
      for (const [start, length] of [
        ['left', 'width'],
        ['top', 'height'],
      ] as const) {
        expect(grown[start]).toBeGreaterThanOrEqual(0);
        expect(grown[start]).toBeLessThanOrEqual(region[start] + 1e-9);
        expect(grown[start] + grown[length]).toBeLessThanOrEqual(1 + 1e-9);
        expect(grown[start] + grown[length]).toBeGreaterThanOrEqual(
          region[start] + region[length] - 1e-9,
        );
      }
    }
  });
});
