import { describe, expect, test } from 'vitest';
import { applyHead, rmacRegions } from '../../../src/core/model/head.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';

const random = seededRandom(11);
const floats = (length: number) => Float32Array.from({ length }, () => random() * 2 - 1);
const unit = (v: readonly number[]) => v.map((x) => x / Math.hypot(...v));

const map = { channels: 4, height: 7, width: 7, data: floats(4 * 49) };
const projection = { weight: floats(3 * 4), bias: floats(3) };

/** All values of a channel within a window. */
const within = (c: number, x: number, y: number, side: number) =>
  Array.from({ length: side * side }, (_, i) => {
    const row = y + Math.floor(i / side);
    return map.data[(c * 7 + row) * 7 + x + (i % side)] as number;
  });
const maxima = (x: number, y: number, side: number) =>
  [0, 1, 2, 3].map((c) => Math.max(...within(c, x, y, side)));
const projected = (v: readonly number[]) =>
  [0, 1, 2].map((o) =>
    v.reduce(
      (sum, x, i) => sum + x * (projection.weight[o * 4 + i] as number),
      projection.bias[o] as number,
    ),
  );

function expectClose(got: Float32Array, expected: readonly number[]): void {
  expect(got).toHaveLength(expected.length);
  const worst = Math.max(...expected.map((x, i) => Math.abs(x - (got[i] as number))));
  expect(worst).toBeLessThan(1e-6);
}

describe('the head', () => {
  test('maximum of each channel', () => {
    expectClose(applyHead('max', map, null), unit(maxima(0, 0, 7)));
    expectClose(applyHead('max', map, projection), unit(projected(maxima(0, 0, 7))));
  });

  test('mean of each channel', () => {
    const means = [0, 1, 2, 3].map((c) => within(c, 0, 0, 7).reduce((a, b) => a + b) / 49);
    expectClose(applyHead('avg', map, projection), unit(projected(means)));
  });

  // The 14 regions of a 7 × 7 map, written out: one of 7, four of 4, nine of 3.
  const regions: [number, number, number][] = [[0, 0, 7]];
  for (const y of [0, 3]) for (const x of [0, 3]) regions.push([x, y, 4]);
  for (const y of [0, 2, 4]) for (const x of [0, 2, 4]) regions.push([x, y, 3]);

  test('R-MAC: maxima of 14 regions, each of unit length, summed', () => {
    for (const p of [null, projection]) {
      const sum = Array.from({ length: p ? 3 : 4 }, () => 0);
      for (const [x, y, side] of regions) {
        const v = unit(p ? projected(maxima(x, y, side)) : maxima(x, y, side));
        v.forEach((value, i) => {
          sum[i] = (sum[i] as number) + value;
        });
      }
      expectClose(applyHead('rmac', map, p), unit(sum));
    }
  });

  test('regional GeM: cube roots of the mean cubes of 14 regions, each of unit length, summed', () => {
    // The map has negative numbers, whose cubes are negative.
    const gems = (x: number, y: number, side: number) =>
      [0, 1, 2, 3].map((c) =>
        Math.cbrt(within(c, x, y, side).reduce((sum, v) => sum + v ** 3, 0) / side ** 2),
      );
    for (const p of [null, projection]) {
      const sum = Array.from({ length: p ? 3 : 4 }, () => 0);
      for (const [x, y, side] of regions) {
        const v = unit(p ? projected(gems(x, y, side)) : gems(x, y, side));
        v.forEach((value, i) => {
          sum[i] = (sum[i] as number) + value;
        });
      }
      expectClose(applyHead('rgem', map, p), unit(sum));
    }
  });

  test('a NaN in the map is not lost in a maximum', () => {
    const data = map.data.slice();
    data[60] = Number.NaN;
    expect([...applyHead('max', { ...map, data }, null)].every(Number.isNaN)).toBe(true);
    expect([...applyHead('rgem', { ...map, data }, null)].every(Number.isNaN)).toBe(true);
  });
});

describe('regions', () => {
  const told = (width: number, height: number) =>
    rmacRegions(width, height).map((r) => `${r.x},${r.y} ${r.width}x${r.height}`);

  test('of a square map of 8: sides 8, 5, 4', () => {
    expect(told(8, 8)).toHaveLength(14);
    expect(told(8, 8)).toContain('3,0 5x5');
    expect(told(8, 8)).toContain('4,2 4x4');
  });

  test('of a map twice as wide as high: three squares on the first scale, 4 × 2 and 5 × 3 after it', () => {
    const all = told(14, 7);
    expect(all.slice(0, 3)).toEqual(['0,0 7x7', '3,0 7x7', '7,0 7x7']);
    expect(all).toHaveLength(3 + 8 + 15);
    const mirrored = rmacRegions(7, 14).map((r) => `${r.y},${r.x} ${r.width}x${r.height}`);
    expect(mirrored.sort()).toEqual([...all].sort());
  });

  test.each([
    [1, 1],
    [2, 1],
    [3, 2],
    [16, 1],
    [32, 7],
  ])('of %i × %i lie inside and touch all four edges', (width, height) => {
    const all = rmacRegions(width, height);
    for (const r of all) {
      expect(r.x >= 0 && r.y >= 0 && r.width > 0 && r.height > 0).toBe(true);
      expect(r.x + r.width <= width && r.y + r.height <= height).toBe(true);
    }
    expect(Math.max(...all.map((r) => r.x + r.width))).toBe(width);
    expect(Math.max(...all.map((r) => r.y + r.height))).toBe(height);
  });
});
