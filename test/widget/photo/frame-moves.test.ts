/** Whatever is done to the frame, it stays within the photo and large enough to be held. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Region } from '../../../src/core/image/view.ts';
import {
  drawn,
  grown,
  type Least,
  moved,
  stretched,
  unlessWhole,
  WHOLE,
} from '../../../src/widget/photo/frame-moves.ts';

const SEED = { seed: 11 };
const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const point = fc.record({ x: number(-2, 3), y: number(-2, 3) });
const least = fc.record({ width: number(0.01, 1), height: number(0.01, 1) });
const corner = fc.constantFrom('nw', 'ne', 'sw', 'se');

function expectHeld(region: Region, { width, height }: Least) {
  const hair = 1e-9;
  expect(region.left).toBeGreaterThanOrEqual(-hair);
  expect(region.top).toBeGreaterThanOrEqual(-hair);
  expect(region.left + region.width).toBeLessThanOrEqual(1 + hair);
  expect(region.top + region.height).toBeLessThanOrEqual(1 + hair);
  expect(region.width).toBeGreaterThanOrEqual(width - hair);
  expect(region.height).toBeGreaterThanOrEqual(height - hair);
}

test('drawn, then moved, stretched and grown', () => {
  fc.assert(
    fc.property(point, point, point, corner, least, (from, to, by, at, smallest) => {
      const frame = drawn(from, to, smallest);
      expectHeld(frame, smallest);
      const next = moved(frame, by.x, by.y);
      expectHeld(next, smallest);
      expect([next.width, next.height]).toEqual([frame.width, frame.height]);
      expectHeld(stretched(next, at, by, smallest), smallest);
      expectHeld(grown(next, by.x, by.y, smallest), smallest);
    }),
    SEED,
  );
});

test('a corner goes where it is taken, the opposite one stays', () => {
  const frame: Region = { left: 0.25, top: 0.25, width: 0.5, height: 0.5 };
  const small = { width: 0.125, height: 0.125 };
  const to = { x: 0.125, y: 0.375 };
  expect(stretched(frame, 'nw', to, small)).toEqual({
    left: 0.125,
    top: 0.375,
    width: 0.625,
    height: 0.375,
  });
  expect(stretched(frame, 'se', { x: 1, y: 0 }, small)).toEqual({
    left: 0.25,
    top: 0.25,
    width: 0.75,
    height: 0.125,
  });
});

test('grown at the edge of the photo, the other side gives way', () => {
  const frame: Region = { left: 0.5, top: 0, width: 0.5, height: 1 };
  expect(grown(frame, 0.25, 0.25, { width: 0.1, height: 0.1 })).toEqual({
    left: 0.25,
    top: 0,
    width: 0.75,
    height: 1,
  });
});

test('a frame around nearly all is none', () => {
  expect(unlessWhole(WHOLE)).toBeNull();
  expect(unlessWhole({ left: 0.005, top: 0, width: 0.995, height: 0.995 })).toBeNull();
  expect(unlessWhole({ left: 0, top: 0, width: 1, height: 0.9 })).not.toBeNull();
});
