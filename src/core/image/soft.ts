/**
 * Soft photos: blurred, enlarged, or thumbnails. They lack the detail that the model expects, and find almost nothing.
 * Catalogue vectors made from a 64-pixel copy of each photo lack it, too, and match them.
 *
 *     photo ─▶ 128×128 ─▶ grey ────────────────────────┐
 *                 └─────▶ 64×64 ─▶ 128×128 ─▶ grey ────┴─▶ mean squared difference ÷ variance
 */
import type { Alpha } from './alpha.ts';
import type { RgbaImage } from './pixels.ts';
import { resizeBilinear } from './resize.ts';

const SIDE = 128;
const LOW_SIDE = 64;

/** A photo that loses less than this share of its contrast to the copy is soft. */
const SOFT_BELOW = 0.016;

export function isSoft(photo: RgbaImage, alpha: Alpha = 'over-white'): boolean {
  // No more pixels than the copy has, so no more detail. Enlarging leaves traces that would pass for detail.
  if (photo.width <= LOW_SIDE && photo.height <= LOW_SIDE) return true;
  return detailOf(photo, alpha) < SOFT_BELOW;
}

/** The copy that soft catalogue vectors are made from. */
export function lowPass(photo: RgbaImage, alpha: Alpha = 'over-white'): RgbaImage {
  return resized(photo, LOW_SIDE, alpha);
}

/** @returns the share of the contrast that a 64-pixel copy loses; 1 for a photo of a single colour */
export function detailOf(photo: RgbaImage, alpha: Alpha = 'over-white'): number {
  const sharp = resized(photo, SIDE, alpha);
  const before = greyOf(sharp);
  const after = greyOf(resized(resized(sharp, LOW_SIDE, alpha), SIDE, alpha));
  const mean = before.reduce((sum, level) => sum + level, 0) / before.length;
  let variance = 0;
  let lost = 0;
  for (let i = 0; i < before.length; i++) {
    const level = before[i] as number;
    variance += (level - mean) ** 2;
    lost += (level - (after[i] as number)) ** 2;
  }
  return variance === 0 ? 1 : lost / variance;
}

/** Stretched to a square of opaque pixels. */
function resized(photo: RgbaImage, side: number, alpha: Alpha = 'over-white'): RgbaImage {
  const rgb = resizeBilinear(photo, side, side, alpha);
  const data = new Uint8ClampedArray(side * side * 4).fill(255);
  for (let i = 0; i < side * side; i++) data.set(rgb.subarray(i * 3, i * 3 + 3), i * 4);
  return { width: side, height: side, data };
}

/** Luma of Rec. 601, 0…255. */
function greyOf({ data }: RgbaImage): Float64Array {
  return Float64Array.from({ length: data.length / 4 }, (_, i) => {
    const [r, g, b] = data.subarray(i * 4, i * 4 + 3) as unknown as [number, number, number];
    return 0.299 * r + 0.587 * g + 0.114 * b;
  });
}
