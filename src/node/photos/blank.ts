import type { RgbaImage } from '../../core/image/pixels.ts';

/** A JPEG's first block of 16 × 16 pixels decodes from the bytes that belong to the header. */
const MOST_DECODED = 0.005;

/**
 * Whether nothing of a damaged photo was decoded: decoders fill what is missing with one colour. Never ask
 * this of a sound photo, which may well be plain white.
 */
export function isBlank({ data }: RgbaImage): boolean {
  const pixels = data.length / 4;
  const last = data.length - 4;
  let different = 0;
  for (let at = 0; at < last; at += 4) {
    let isSame = true;
    for (let c = 0; c < 4; c++) isSame &&= data[at + c] === data[last + c];
    if (!isSame && ++different > pixels * MOST_DECODED) return false;
  }
  return true;
}
