/** Photos in Node: sharp (libvips) decodes, turns by EXIF and converts to sRGB; resizing is ours. */
import sharp from 'sharp';
import { messageOf, SoutuError } from '../../src/core/errors.ts';
import { DEFAULT_MAX_PIXELS, type RgbaImage } from '../../src/core/image/pixels.ts';

export interface Decoded {
  readonly image: RgbaImage;
  /** What the decoder complained about where a damaged photo was used as far as it goes. */
  readonly damage: string | null;
}

const FORMATS = ['jpeg', 'png', 'webp', 'gif', 'heif'];

/**
 * Reads one photo; of an animation the first frame.
 * @param maxPixels largest width × height, read from the header before anything is decoded
 * @throws SoutuError `PhotoError` with the path
 */
export async function decodePhoto(
  path: string,
  maxPixels: number = DEFAULT_MAX_PIXELS,
): Promise<Decoded> {
  const { width, height } = await readHeader(path);
  if (width * height > maxPixels) {
    throw new SoutuError(
      'PhotoError',
      `${path}: ${width}×${height} pixels, more than the ${maxPixels} that are allowed; make it ` +
        'smaller or raise --max-pixels.',
    );
  }
  // Sound photos are decoded once; only where the strict reading fails, a second one takes what there is.
  try {
    return { image: await pixelsOf(path, 'truncated'), damage: null };
  } catch (error) {
    const damage = firstLine(error);
    const image = await pixelsOf(path, 'none').catch((cause: unknown) => {
      const message = `${path}: cannot be decoded: ${firstLine(cause)}.`;
      throw new SoutuError('PhotoError', message, { cause });
    });
    return { image, damage };
  }
}

// The cap above speaks before anything is decoded and says more than libvips' own.
const open = (path: string, failOn: 'none' | 'truncated') =>
  sharp(path, { failOn, limitInputPixels: false });

async function pixelsOf(path: string, failOn: 'none' | 'truncated'): Promise<RgbaImage> {
  const { data, info } = await open(path, failOn)
    .autoOrient()
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

async function readHeader(path: string) {
  const metadata = await open(path, 'none')
    .metadata()
    .catch((error: unknown) => {
      const reason = firstLine(error);
      const what = /missing/i.test(reason) ? 'no such file' : `not an image (${reason})`;
      throw new SoutuError(
        'PhotoError',
        `${path}: ${what}; expected JPEG, PNG, WebP, GIF or AVIF.`,
        { cause: error },
      );
    });
  if (!FORMATS.includes(metadata.format)) {
    throw new SoutuError(
      'PhotoError',
      `${path}: a picture in ${metadata.format.toUpperCase()}; expected JPEG, PNG, WebP, GIF or AVIF.`,
    );
  }
  return metadata;
}

function firstLine(error: unknown): string {
  return (messageOf(error).trim().split('\n')[0] ?? '').replace(/[.:]$/, '');
}
