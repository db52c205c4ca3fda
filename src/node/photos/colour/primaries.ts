/** Colour primaries: converts the chromaticities of a file's tag to a matrix to linear sRGB. */
import { inverse, type Matrix, type Triple, times, transform } from './matrix.ts';

/** White point, red, green and blue as CIE 1931 x and y. */
export type Chromaticities = readonly [
  wx: number,
  wy: number,
  rx: number,
  ry: number,
  gx: number,
  gy: number,
  bx: number,
  by: number,
];

const D65 = [0.3127, 0.329] as const;
const D65_ICC: Triple = [0.95047, 1, 1.08883];

export const SRGB: Chromaticities = [...D65, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06];
export const REC2020: Chromaticities = [...D65, 0.708, 0.292, 0.17, 0.797, 0.131, 0.046];

const ILLUMINANT_C = [0.31, 0.316] as const;
const NTSC: Chromaticities = [...D65, 0.63, 0.34, 0.31, 0.595, 0.155, 0.07];

/** ITU-T H.273, table 2. */
const BY_CODE_POINT = new Map<number, Chromaticities>([
  [1, SRGB],
  [4, [...ILLUMINANT_C, 0.67, 0.33, 0.21, 0.71, 0.14, 0.08]],
  [5, [...D65, 0.64, 0.33, 0.29, 0.6, 0.15, 0.06]],
  [6, NTSC],
  [7, NTSC],
  [8, [...ILLUMINANT_C, 0.681, 0.319, 0.243, 0.692, 0.145, 0.049]],
  [9, REC2020],
  [11, [0.314, 0.351, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06]],
  [12, [...D65, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06]],
  [22, [...D65, 0.63, 0.34, 0.295, 0.605, 0.155, 0.077]],
]);

export function primariesOf(codePoint: number): Chromaticities | null {
  return BY_CODE_POINT.get(codePoint) ?? null;
}

/** @returns null if the chromaticities are degenerate (they span no triangle) */
export function matrixBetween(from: Chromaticities, to: Chromaticities): Matrix | null {
  const here = toXyz(from);
  const there = toXyz(to);
  const back = there && inverse(there);
  return here && back && times(back, here);
}

/** Matrix from linear RGB to XYZ, adapted to D65. */
export function toXyz([wx, wy, rx, ry, gx, gy, bx, by]: Chromaticities): Matrix | null {
  const columns: Matrix = [rx, gx, bx, ry, gy, by, 1 - rx - ry, 1 - gx - gy, 1 - bx - by];
  const back = inverse(columns);
  if (!back || wy === 0) return null;
  const white: Triple = [wx / wy, 1, (1 - wx - wy) / wy];
  const [r, g, b] = transform(back, white);
  const adapt = adaptation(white);
  return adapt && times(adapt, times(columns, [r, 0, 0, 0, g, 0, 0, 0, b]));
}

const BRADFORD: Matrix = [
  0.8951, 0.2664, -0.1614, -0.7502, 1.7135, 0.0367, 0.0389, -0.0685, 1.0296,
];

/** Bradford's chromatic adaptation from a white point to D65. */
export function adaptation(white: Triple): Matrix | null {
  const back = inverse(BRADFORD);
  const [l, m, s] = transform(BRADFORD, white);
  const [toL, toM, toS] = transform(BRADFORD, D65_ICC);
  if (!back || l === 0 || m === 0 || s === 0) return null;
  return times(back, times([toL / l, 0, 0, 0, toM / m, 0, 0, 0, toS / s], BRADFORD));
}
