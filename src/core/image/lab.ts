/**
 * Colours as CIE L*a*b* (D65, 2° observer), of which only a* and b* are used. Plain arithmetic and tables built from
 * it, so that every JavaScript engine gives the same bits.
 */
import { cubeRoot } from '../cube-root.ts';

/** Steps of the table per level of 0…255. */
const STEPS = 16;
const LINEAR = Float64Array.from({ length: 255 * STEPS + 2 }, (_, i) => linearOf(i / STEPS / 255));

/** sRGB (IEC 61966-2-1) to linear light. */
function linearOf(value: number): number {
  if (value <= 0.04045) return value / 12.92;
  const u = (value + 0.055) / 1.055;
  return u * u * fifthRoot(u * u);
}

/** The fifth root by Newton's method, from above; 40 steps are more than enough for 0.001 to 1.1. */
function fifthRoot(x: number): number {
  let root = Math.max(1, x);
  for (let step = 0; step < 40; step++) {
    const fourth = root * root * root * root;
    root -= (root * fourth - x) / (5 * fourth);
  }
  return root;
}

/**
 * @param rgb sRGB, 0…255, not necessarily whole
 * @returns linear light, 0…1
 */
export function lightOf(rgb: Float32Array): Float64Array<ArrayBuffer> {
  return Float64Array.from(rgb, lightOfLevel);
}

function lightOfLevel(level: number): number {
  const at = Math.min(255, Math.max(0, level)) * STEPS;
  const below = Math.floor(at);
  const a = LINEAR[below] as number;
  return a + (at - below) * ((LINEAR[below + 1] as number) - a);
}

/** The curve of L*a*b*: a cube root with a straight start. */
function curve(t: number): number {
  return t > 0.008856 ? cubeRoot(t) : 7.787 * t + 16 / 116;
}

/** The white point of D65: X and Z for Y = 1. */
const WHITE_X = 0.95047;
const WHITE_Z = 1.08883;

/**
 * @param light linear R G B, interleaved
 * @param i index of the pixel
 * @param gains factors of red, green and blue
 * @param into gets a* and b*
 */
export function labOf(
  light: Float64Array,
  i: number,
  gains: readonly [number, number, number],
  into: Float64Array,
): void {
  const r = (light[i * 3] as number) * gains[0];
  const g = (light[i * 3 + 1] as number) * gains[1];
  const b = (light[i * 3 + 2] as number) * gains[2];
  const x = curve((0.412453 * r + 0.35758 * g + 0.180423 * b) / WHITE_X);
  const y = curve(0.212671 * r + 0.71516 * g + 0.072169 * b);
  const z = curve((0.019334 * r + 0.119193 * g + 0.950227 * b) / WHITE_Z);
  into[0] = 500 * (x - y);
  into[1] = 200 * (y - z);
}
