/**
 * Soft photos: blurred, enlarged, or thumbnails. They lack the finest detail, which the model expects, and find almost
 * nothing. Catalogue vectors made from a 64-pixel copy of each photo lack it, too, and match them.
 *
 *     photo ─┬─▶ 128×128 ─▶ 64×64     fine: what this step loses, the mean square of the differences in grey level
 *            └─▶  64×64 ──▶ 32×32     coarse: what this one loses
 *
 * Smooth things have little of both, blurred photos too little of the fine: the ratio tells them apart. Measured on 60
 * photos each of the sample shop, its queries, and three other sets: at least 0.36 as they are and 0.35 tilted; blurred
 * by 1 % of the side at most 0.32, but for one of 0.35; at 64 pixels at most 0.23. Compared with the contrast of the
 * whole photo instead, 29 % of the shop's sharp queries were soft, and 29 % of the blurred photos of groceries were not.
 */
import type { Alpha } from './alpha.ts';
import type { RgbaImage } from './pixels.ts';
import { resizeBilinear } from './resize.ts';

const SIDE = 128;
const LOW_SIDE = 64;

/** Between blurred and sharp photos. */
const SOFT_BELOW = 0.335;

/** What rounding to whole grey levels adds at most, so that a smooth photo has no detail by chance. */
const ROUNDING = 1;

export function isSoft(photo: RgbaImage, alpha: Alpha = 'over-white'): boolean {
  // No more pixels than the copy has, so no more detail. Enlarging leaves traces that would pass for detail.
  if (photo.width <= LOW_SIDE && photo.height <= LOW_SIDE) return true;
  return detailOf(photo, alpha) < SOFT_BELOW;
}

/** The copy that soft catalogue vectors are made from. */
export function lowPass(photo: RgbaImage, alpha: Alpha = 'over-white'): RgbaImage {
  return resized(photo, LOW_SIDE, alpha);
}

/** @returns the fine detail as a share of the coarse; 1 for a photo of a single colour */
export function detailOf(photo: RgbaImage, alpha: Alpha = 'over-white'): number {
  const coarse = lostByHalf(resized(photo, LOW_SIDE, alpha));
  return coarse === 0 ? 1 : lostByHalf(resized(photo, SIDE, alpha)) / (coarse + ROUNDING);
}

/** Mean square of the differences in grey level between a square and its copy of half the size. */
function lostByHalf(square: RgbaImage): number {
  const { width } = square;
  const before = greyOf(square);
  const after = greyOf(resized(resized(square, width / 2), width));
  let sum = 0;
  for (let i = 0; i < before.length; i++)
    sum += ((before[i] as number) - (after[i] as number)) ** 2;
  return sum / before.length;
}

/** Stretched to a square of opaque pixels. */
function resized(photo: RgbaImage, side: number, alpha: Alpha = 'over-white'): RgbaImage {
  const rgb = resizeBilinear(photo, side, side, alpha);
  const data = new Uint8ClampedArray(side * side * 4).fill(255);
  for (let from = 0, to = 0; from < rgb.length; to++) {
    for (let c = 0; c < 3; c++) data[to++] = rgb[from++] as number;
  }
  return { width: side, height: side, data };
}

/** Luma of Rec. 601, 0…255. */
function greyOf({ data }: RgbaImage): Float64Array {
  const grey = new Float64Array(data.length / 4);
  for (let i = 0, at = 0; i < grey.length; i++, at += 4) {
    const red = data[at] as number;
    grey[i] = 0.299 * red + 0.587 * (data[at + 1] as number) + 0.114 * (data[at + 2] as number);
  }
  return grey;
}
