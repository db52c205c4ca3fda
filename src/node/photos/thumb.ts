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

/** The largest picture that ThumbHash accepts. */
const HASH_SIDE = 100;

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
  const { width, height, data } = image;
  const within = (side: number) =>
    sharp(data, { raw: { width, height, channels: 4 } }).resize(side, side, {
      fit: 'inside',
      withoutEnlargement: true,
    });
  const [shown, small] = await Promise.all([
    within(longestSide).webp({ quality: 80 }).toBuffer({ resolveWithObject: true }),
    within(HASH_SIDE).raw().toBuffer({ resolveWithObject: true }),
  ]);
  return {
    bytes: shown.data,
    size: [shown.info.width, shown.info.height],
    hash: encodeBase64(rgbaToThumbHash(small.info.width, small.info.height, small.data)),
  };
}

/** A smaller copy of a thumbnail, for pages that hold many of them. */
export async function shrinkThumb(thumb: Uint8Array, longestSide: number): Promise<Uint8Array> {
  return sharp(thumb)
    .resize(longestSide, longestSide, { fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 62, effort: 5 })
    .toBuffer();
}
