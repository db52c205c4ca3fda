import { expect, test } from 'vitest';
import {
  floatsToHalves,
  floatToHalf,
  halfToFloat,
  halvesToFloats,
  nonFiniteHalf,
  roundedToHalf,
} from '../../src/core/half.ts';

test('all finite halves, many at a time, are what each is by itself', () => {
  const finite = Uint16Array.from({ length: 0x10000 }, (_, i) => i).filter(
    (half) => (half & 0x7c00) !== 0x7c00,
  );
  expect(finite).toHaveLength(0x10000 - 2 * 1024);
  const floats = halvesToFloats(finite);
  expect(finite.every((half, i) => Object.is(floats[i], halfToFloat(half)))).toBe(true);
  expect(floatsToHalves(floats)).toEqual(finite);
});

test('rounds to the nearest, ties to even', () => {
  const ulp = 2 ** -10;
  const given = [
    1 + ulp / 2,
    1 + 1.5 * ulp,
    1 + 0.51 * ulp,
    -(1 + ulp / 2),
    2 ** -25,
    1.5 * 2 ** -24,
  ];
  expect([...roundedToHalf(Float32Array.from(given))]).toEqual([
    1,
    1 + 2 * ulp,
    1 + ulp,
    -1,
    0,
    2 ** -23,
  ]);
});

test('floats of every size, many at a time, are rounded as each is by itself', () => {
  const bits = new Uint32Array(0x20000);
  // Every exponent with each sign, and fractions next to ties.
  bits.forEach((_, i) => {
    const low = [0, 0xfff, 0x1000, 0x1001, 0x1fff][i % 5] as number;
    const fraction = (Math.imul(i, 2654435761) & 0x7fe000) | low;
    bits[i] = (((i >>> 8) & 0x1ff) << 23) | fraction;
  });
  const floats = new Float32Array(bits.buffer);
  const apart = Uint16Array.from(floats, floatToHalf);
  expect(new Set(apart).size).toBeGreaterThan(10_000);
  expect(floatsToHalves(floats)).toEqual(apart);
  expect(floatsToHalves(floats.subarray(3, 1000))).toEqual(apart.subarray(3, 1000));
});

test('finds the first that is not finite', () => {
  expect(nonFiniteHalf(Uint16Array.of(0, 0x7bff, 0xfbff))).toBe(-1);
  expect(nonFiniteHalf(Uint16Array.of(0, 0x7c00))).toBe(1);
  expect(nonFiniteHalf(Uint16Array.of(floatToHalf(1e9), 0))).toBe(0);
  expect(nonFiniteHalf(Uint16Array.of(0x7e00))).toBe(0);
});
