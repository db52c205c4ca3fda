import sharp from 'sharp';
import { rgbaToThumbHash } from 'thumbhash';
import { messageOf, SoutuError } from '../../core/errors.ts';
import type { RgbaImage } from '../../core/image/pixels.ts';
import { encodeBase64 } from '../../core/text.ts';

export interface Thumb {
  readonly bytes: Uint8Array;
  readonly size: readonly [width: number, height: number];
  /** ThumbHash in base64. */
  readonly hash: string;
}

/** A ThumbHash keeps at most 7 × 7 waves: of 100 pixels a side it is no better, and takes nine times as long. */
const HASH_SIDE = 32;

/**
 * Makes the thumbnail that the page shows: WebP, aspect ratio preserved, never enlarged.
 * @param longestSide in pixels
 * @throws SoutuError `PhotoError`, because a failed thumbnail affects only one photo
 */
export async function makeThumb(image: RgbaImage, longestSide: number): Promise<Thumb> {
  try {
    return await make(image, longestSide);
  } catch (error) {
    const { width, height } = image;
    throw new SoutuError(
      'PhotoError',
      `No thumbnail could be made of a photo of ${width}×${height} pixels (${messageOf(error)}).`,
      { cause: error },
    );
  }
}

async function make(image: RgbaImage, longestSide: number): Promise<Thumb> {
  const shown = await within(image, longestSide);
  const [bytes, small] = await Promise.all([
    raw(shown).webp({ quality: 80 }).toBuffer(),
    within(shown, HASH_SIDE),
  ]);
  return {
    bytes,
    size: [shown.width, shown.height],
    hash: encodeBase64(rgbaToThumbHash(small.width, small.height, small.data)),
  };
}

async function within(image: RgbaImage, side: number): Promise<RgbaImage> {
  const { data, info } = await raw(image)
    .resize(side, side, { fit: 'inside', withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

function raw({ width, height, data }: RgbaImage) {
  return sharp(data, { raw: { width, height, channels: 4 } });
}

/** A smaller copy of a thumbnail, for pages that hold many of them. */
export async function shrinkThumb(thumb: Uint8Array, longestSide: number): Promise<Uint8Array> {
  return sharp(thumb)
    .resize(longestSide, longestSide, { fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 62, effort: 5 })
    .toBuffer();
}
