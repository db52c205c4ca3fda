import type { RgbaImage } from '../../core/image/pixels.ts';

/** A JPEG's first block of 16 × 16 pixels can be decoded from bytes of the header, so a few pixels do not count. */
const MOST_DECODED = 0.005;

/**
 * Whether no pixels of a damaged photo were decoded: decoders fill missing pixels with one colour. Only meaningful
 * for damaged photos, because an intact photo may be plain white.
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
