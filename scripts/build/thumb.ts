import sharp from 'sharp';
import type { RgbaImage } from '../../src/core/image/pixels.ts';

export interface Thumb {
  readonly bytes: Uint8Array;
  readonly size: readonly [width: number, height: number];
}

/** The picture that the page shows: WebP, proportions kept, never enlarged. */
export async function makeThumb(image: RgbaImage, longestSide: number): Promise<Thumb> {
  const { width, height, data } = image;
  const { data: bytes, info } = await sharp(data, { raw: { width, height, channels: 4 } })
    .resize(longestSide, longestSide, { fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 80 })
    .toBuffer({ resolveWithObject: true });
  return { bytes, size: [info.width, info.height] };
}
