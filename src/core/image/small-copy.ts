/** The copy of a photo that its perceptual hash is computed from. */
import { SMALL_SIDE } from './hash-distance.ts';
import type { RgbaImage } from './pixels.ts';
import { resizeBilinear } from './resize.ts';

/** A photo with more pixels a side is sampled: 16 for each of the 32 are enough for their mean. */
const SAMPLED_SIDE = 512;

/** The photo stretched to 32×32 over white, R G B interleaved. */
export function smallCopy(photo: RgbaImage): Float32Array {
  return resizeBilinear(sampled(photo), SMALL_SIDE, SMALL_SIDE, 'over-white');
}

/** Every n-th pixel, so that photos of many megapixels take no longer than small ones. */
function sampled(photo: RgbaImage): RgbaImage {
  const across = Math.max(1, Math.floor(photo.width / SAMPLED_SIDE));
  const down = Math.max(1, Math.floor(photo.height / SAMPLED_SIDE));
  if (across === 1 && down === 1) return photo;
  const width = Math.floor(photo.width / across);
  const height = Math.floor(photo.height / down);
  const data = new Uint8Array(width * height * 4);
  let to = 0;
  for (let y = 0; y < height; y++) {
    const row = (y * down + (down >> 1)) * photo.width + (across >> 1);
    for (let x = 0; x < width; x++) {
      const from = (row + x * across) * 4;
      for (let c = 0; c < 4; c++) data[to++] = photo.data[from + c] as number;
    }
  }
  return { width, height, data };
}
