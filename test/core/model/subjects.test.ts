import { describe, expect, test } from 'vitest';
import type { Region } from '../../../src/core/image/view.ts';
import {
  proposeSubjects,
  type Strengths,
  strengthsOf,
  withoutFilling,
} from '../../../src/core/model/subjects.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';

/** A view of 10 × 10 cells, strong within boxes (in fractions of the photo) and weak elsewhere. */
function view(boxes: readonly Region[], { window = 1, noise = 0, seed = 1 } = {}): Strengths {
  const random = seededRandom(seed);
  const cells = Float64Array.from({ length: 100 }, (_, i) => {
    const u = (1 - window) / 2 + (((i % 10) + 0.5) / 10) * window;
    const v = (1 - window) / 2 + ((Math.floor(i / 10) + 0.5) / 10) * window;
    const inside = boxes.some(
      ({ left, top, width, height }) => u > left && u < left + width && v > top && v < top + height,
    );
    return (inside ? 30 : 10) + noise * random();
  });
  return { window, width: 10, height: 10, cells };
}

/** The area that two frames share, as a share of their union. */
function sharedBy(a: Region, b: Region): number {
  const along = (start: 'left' | 'top', length: 'width' | 'height') =>
    Math.max(
      0,
      Math.min(a[start] + a[length], b[start] + b[length]) - Math.max(a[start], b[start]),
    );
  const both = along('left', 'width') * along('top', 'height');
  return both / (a.width * a.height + b.width * b.height - both);
}

const SQUARE = { width: 300, height: 300 };
const box = (left: number, top: number, width: number, height: number): Region => {
  return { left, top, width, height };
};

test("a view's strengths are the lengths of its cells' vectors", () => {
  const random = seededRandom(2);
  const [channels, height, width] = [5, 3, 4];
  const data = Float32Array.from({ length: channels * height * width }, random);
  const { cells, ...rest } = strengthsOf({ channels, height, width, data }, 0.8);
  expect(rest).toEqual({ window: 0.8, width, height });
  expect(cells).toHaveLength(12);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const vector = Array.from({ length: channels }, (_, c) => data[(c * height + y) * width + x]);
      expect(cells[y * width + x]).toBeCloseTo(Math.hypot(...(vector as number[])), 12);
    }
  }
});

describe('frames', () => {
  test('lie on the things that stand out, and on nothing else', () => {
    const things = [box(0.1, 0.1, 0.3, 0.3), box(0.6, 0.2, 0.3, 0.4), box(0.2, 0.6, 0.4, 0.3)];
    const frames = proposeSubjects([view(things, { noise: 1 })], SQUARE);
    expect(frames).toHaveLength(3);
    for (const thing of things) {
      expect(Math.max(...frames.map((frame) => sharedBy(frame, thing)))).toBeGreaterThan(0.6);
    }
  });

  test('the most prominent is first', () => {
    const faint = view([box(0.1, 0.1, 0.3, 0.3)]);
    const strong = view([box(0.6, 0.6, 0.3, 0.3)]);
    const cells = faint.cells.map((cell, i) => cell + 2 * (strong.cells[i] as number));
    const frames = proposeSubjects([{ ...faint, cells }], SQUARE);
    expect(frames.map(({ left, top }) => left > 0.5 && top > 0.5)).toEqual([true, false]);
  });

  test('at most four', () => {
    const things = [0.05, 0.4, 0.75].flatMap((y) =>
      [0.05, 0.4, 0.75].map((x) => box(x, y, 0.2, 0.2)),
    );
    expect(proposeSubjects([view(things)], SQUARE)).toHaveLength(4);
  });

  test.each([
    ['a plain photo', view([])],
    ['an empty map', { ...view([]), cells: new Float64Array(100) }],
    ['a photo that is strong everywhere, give or take', view([], { noise: 1 })],
  ])('none for %s', (_, plain) => {
    expect(proposeSubjects([plain], SQUARE)).toEqual([]);
  });

  test('follow what either view sees: the centre window more exactly, the whole photo at its edges', () => {
    const things = [box(0, 0.3, 0.2, 0.4), box(0.45, 0.4, 0.3, 0.3)];
    const frames = proposeSubjects([view(things), view(things, { window: 0.8 })], SQUARE);
    for (const thing of things) {
      expect(Math.max(...frames.map((frame) => sharedBy(frame, thing)))).toBeGreaterThan(0.5);
    }
  });

  test('have the shape of things in the photo, not in the square that the model sees', () => {
    // A square thing in a photo twice as wide as high: half as wide, in fractions, as it is high.
    const [frame] = proposeSubjects([view([box(0.4, 0.3, 0.2, 0.4)])], { width: 600, height: 300 });
    expect(sharedBy(frame as Region, box(0.4, 0.3, 0.2, 0.4))).toBeGreaterThan(0.6);
  });

  test('stay within the photo, whatever the map', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const random = seededRandom(seed);
      const cells = Float64Array.from({ length: 100 }, () => random() ** 4);
      const size = { width: 20 + 400 * random(), height: 20 + 400 * random() };
      for (const frame of proposeSubjects([{ window: 1, width: 10, height: 10, cells }], size)) {
        expect(Math.min(frame.left, frame.top, frame.width, frame.height)).toBeGreaterThanOrEqual(
          0,
        );
        expect(frame.left + frame.width).toBeLessThanOrEqual(1);
        expect(frame.top + frame.height).toBeLessThanOrEqual(1);
      }
    }
  });
});

test.each<[string, readonly Region[], number]>([
  // With surroundings a square of 0.4 is one of 0.52: 27 % of the photo.
  ['a single small thing is worth a dot', [box(0.3, 0.3, 0.4, 0.4)], 1],
  // 0.45 × 1.3 = 0.585: 34 %.
  ['a single large one is not', [box(0.3, 0.3, 0.45, 0.45)], 0],
  ['of two, both are, however large', [box(0, 0.2, 0.5, 0.6), box(0.5, 0.2, 0.5, 0.6)], 2],
  ['of none, none', [], 0],
])('%s', (_, subjects, expected) => {
  expect(withoutFilling(subjects, SQUARE)).toHaveLength(expected);
});
