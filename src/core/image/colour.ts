/**
 * The colours of a photo as 49 numbers: a soft histogram over a* and b*, in which the middle of the photo counts
 * most. Square roots and L2 make the inner product of two histograms their Bhattacharyya coefficient.
 *
 *     photo ─▶ 48×48 ─▶ illuminant ─▶ a*, b* of each pixel ─▶ 7×7 bins ─▶ √ ─▶ L2
 *
 * Bin (3, 3) is grey. Bins are 18 apart; a pixel is shared by the four nearest (bilinear), and colours beyond the
 * outermost bins belong to those.
 */
import { normalised } from '../vector/arithmetic.ts';
import type { Alpha } from './alpha.ts';
import { gainsOf, type Illuminant } from './illuminant.ts';
import { labOf, lightOf } from './lab.ts';
import type { RgbaImage } from './pixels.ts';
import { resizeBilinear } from './resize.ts';

const SIDE = 48;
const BINS = 7;
const MIDDLE = (BINS - 1) / 2;
const SPACING = 18;
/** Width of the weights' Gaussian, where half the photo's side is 1. */
const SIGMA = 0.7;

/** Count of numbers that the colours of a photo add to its vector. */
export const COLOUR_NUMBERS = BINS * BINS;

const GAUSSIAN = Float64Array.from({ length: SIDE }, (_, i) => {
  const distance = ((i + 0.5) / SIDE) * 2 - 1;
  return expMinus((distance * distance) / (2 * SIGMA * SIGMA));
});

/** e^−t for 0 ≤ t < 2, by its series: `Math.exp` may differ between engines. */
function expMinus(t: number): number {
  let sum = 0;
  for (let n = 30; n >= 1; n--) sum = (1 + sum) * (t / n);
  return 1 / (1 + sum);
}

/** @returns the share of the photo's colours in each bin, a* down and b* across */
export function colourShares(
  photo: RgbaImage,
  alpha: Alpha,
  illuminant: Illuminant,
): Float64Array<ArrayBuffer> {
  const light = lightOf(resizeBilinear(photo, SIDE, SIDE, alpha));
  const gains = gainsOf(illuminant, light);
  const bins = new Float64Array(COLOUR_NUMBERS);
  const ab = new Float64Array(2);
  let total = 0;
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      labOf(light, y * SIDE + x, gains, ab);
      const weight = (GAUSSIAN[y] as number) * (GAUSSIAN[x] as number);
      total += weight;
      const a = positionOf(ab[0] as number);
      const b = positionOf(ab[1] as number);
      const row = Math.min(BINS - 2, Math.floor(a));
      const column = Math.min(BINS - 2, Math.floor(b));
      const down = a - row;
      const across = b - column;
      const at = row * BINS + column;
      add(bins, at, weight * (1 - down) * (1 - across));
      add(bins, at + 1, weight * (1 - down) * across);
      add(bins, at + BINS, weight * down * (1 - across));
      add(bins, at + BINS + 1, weight * down * across);
    }
  }
  return bins.map((sum) => sum / total);
}

const positionOf = (value: number) => Math.min(BINS - 1, Math.max(0, value / SPACING + MIDDLE));

function add(bins: Float64Array, at: number, weight: number): void {
  bins[at] = (bins[at] as number) + weight;
}

export interface ColourSettings {
  /** The photo's light is corrected first. */
  readonly illuminant: Illuminant;
  /** A photo with a larger share of grey has no colours to compare. */
  readonly greyAbove: number;
}

/** @returns 49 numbers of unit length; all zero for a grey photo */
export function coloursOf(
  photo: RgbaImage,
  alpha: Alpha,
  { illuminant, greyAbove }: ColourSettings,
): Float32Array<ArrayBuffer> {
  const shares = colourShares(photo, alpha, illuminant);
  const grey = shares[MIDDLE * BINS + MIDDLE] as number;
  if (grey > greyAbove) return new Float32Array(COLOUR_NUMBERS);
  return normalised(Float32Array.from(shares, Math.sqrt));
}
