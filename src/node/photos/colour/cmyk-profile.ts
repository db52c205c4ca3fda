/**
 * Converts CMYK to sRGB with an ICC profile's table (`A2B0`, perceptual intent), as browsers do. libvips' own
 * conversion differs visibly.
 */
import { inverse, type Matrix, type Triple, times, transform } from './matrix.ts';
import { adaptation, SRGB, toXyz } from './primaries.ts';
import { encode } from './to-srgb.ts';

/** Inks as decoded from the JPEG: 0 none, 255 full. */
export type CmykToSrgb = (c: number, m: number, y: number, k: number) => Triple;

const D50: Triple = [0.9642, 1, 0.8249];
const INKS = 4;

/** @returns null for a profile without a table of type `mft1` or `mft2` to Lab */
export function cmykToSrgb(icc: Buffer): CmykToSrgb | null {
  try {
    return read(icc);
  } catch {
    // RangeError: a broken profile.
    return null;
  }
}

/**
 * ICC.1:2001-04, 6.5.7 and 6.5.8:
 *
 *     0   "mft1" or "mft2"        8  inputs   9  outputs   10  grid points each way
 *     12  3×3 matrix (not for CMYK)           48  u16 input entries   50  u16 output entries (mft2 only)
 *     input tables, grid (first ink slowest), output tables: u8 or u16
 */
function read(icc: Buffer): CmykToSrgb | null {
  if (icc.toString('latin1', 20, 24) !== 'Lab ') return null;
  const tag = findTag(icc, 'A2B0');
  const type = tag?.toString('latin1', 0, 4);
  if (!tag || (type !== 'mft1' && type !== 'mft2')) return null;
  const is16 = type === 'mft2';
  const grid = tag[10] as number;
  if (tag[8] !== INKS || tag[9] !== 3 || grid < 2) return null;
  const inputs = is16 ? tag.readUInt16BE(48) : 256;
  const outputs = is16 ? tag.readUInt16BE(50) : 256;
  let at = is16 ? 52 : 48;
  const take = (count: number) => {
    const out = Float64Array.from({ length: count }, (_, i) =>
      is16 ? tag.readUInt16BE(at + i * 2) / 65535 : tag.readUInt8(at + i) / 255,
    );
    at += count * (is16 ? 2 : 1);
    return out;
  };
  const curves = Array.from({ length: INKS }, () => take(inputs));
  const table = take(grid ** INKS * 3);
  const ends = Array.from({ length: 3 }, () => take(outputs));
  const axes = curves.map((curve) =>
    Float64Array.from({ length: 256 }, (_, ink) => lookUp(curve, ink / 255) * (grid - 1)),
  );
  // L* = 100 is encoded as 65280 in mft2, and as 255 in mft1.
  const scale = is16 ? 65535 / 65280 : 1;
  const toRgb = labToSrgb();
  return (...inks) => {
    const [l, a, b] = interpolate(
      table,
      grid,
      inks.map((ink, i) => axes[i]?.[ink] as number),
    );
    const lab = [l, a, b].map((x, i) => lookUp(ends[i] as Float64Array, x as number) * scale);
    return toRgb(
      (lab[0] as number) * 100,
      (lab[1] as number) * 255 - 128,
      (lab[2] as number) * 255 - 128,
    );
  };
}

function findTag(icc: Buffer, name: string): Buffer | null {
  const count = icc.readUInt32BE(128);
  for (let i = 0; i < count; i++) {
    const at = 132 + i * 12;
    if (icc.toString('latin1', at, at + 4) !== name) continue;
    const start = icc.readUInt32BE(at + 4);
    return icc.subarray(start, start + icc.readUInt32BE(at + 8));
  }
  return null;
}

function lookUp(curve: Float64Array, x: number): number {
  const at = Math.min(Math.max(x, 0), 1) * (curve.length - 1);
  const low = Math.min(Math.floor(at), curve.length - 2);
  const from = curve[low] as number;
  return from + ((curve[low + 1] as number) - from) * (at - low);
}

/** Linear interpolation between the 16 grid points around a point. */
function interpolate(table: Float64Array, grid: number, place: readonly number[]): Triple {
  const out: [number, number, number] = [0, 0, 0];
  const low = place.map((x) => Math.min(Math.floor(x), grid - 2));
  for (let corner = 0; corner < 1 << INKS; corner++) {
    let weight = 1;
    let at = 0;
    for (let i = 0; i < INKS; i++) {
      const isUpper = (corner >> i) & 1;
      const fraction = (place[i] as number) - (low[i] as number);
      weight *= isUpper ? fraction : 1 - fraction;
      at = at * grid + (low[i] as number) + isUpper;
    }
    if (weight === 0) continue;
    for (let c = 0; c < 3; c++) (out[c] as number) += weight * (table[at * 3 + c] as number);
  }
  return out;
}

function labToSrgb(): (l: number, a: number, b: number) => Triple {
  const fromXyz = inverse(toXyz(SRGB) as Matrix) as Matrix;
  const matrix = times(fromXyz, adaptation(D50) as Matrix);
  const light = (t: number) => (t > 6 / 29 ? t ** 3 : 3 * (6 / 29) ** 2 * (t - 4 / 29));
  return (l, a, b) => {
    const y = (l + 16) / 116;
    const xyz: Triple = [D50[0] * light(y + a / 500), light(y), D50[2] * light(y - b / 200)];
    const [red, green, blue] = transform(matrix, xyz);
    return [encode(red), encode(green), encode(blue)];
  };
}
