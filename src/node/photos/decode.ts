/** Photos in Node: sharp (libvips) decodes, turns by EXIF and converts to sRGB; resizing is ours. */
import sharp from 'sharp';
import { messageOf, SoutuError } from '../../core/errors.ts';
import { DEFAULT_MAX_PIXELS, type RgbaImage } from '../../core/image/pixels.ts';
import type { DecodeSpec } from '../../core/model/input-spec.ts';

export interface Decoded {
  readonly image: RgbaImage;
  /** What the decoder complained about where a damaged photo was used as far as it goes. */
  readonly damage: string | null;
}

const FORMATS = ['jpeg', 'png', 'webp', 'gif', 'heif'];

/**
 * Reads one photo; of an animation the first frame.
 * @param maxPixels largest width × height, read from the header before anything is decoded
 * @param spec the model's `input`: whether orientation tag and colour profile count
 * @throws SoutuError `PhotoError` with the path
 */
export async function decodePhoto(
  path: string,
  maxPixels: number = DEFAULT_MAX_PIXELS,
  spec: DecodeSpec = {},
): Promise<Decoded> {
  const { width, height, space } = await readHeader(path);
  const read = space === 'cmyk' && spec.icc === 'ignored' ? pixelsOfCmyk : pixelsOf;
  const pixels = (failOn: FailOn) => withReason(() => read(path, failOn, spec));
  if (width * height > maxPixels) {
    throw new SoutuError(
      'PhotoError',
      `${path}: ${width}×${height} pixels, more than the ${maxPixels} that are allowed; make it ` +
        'smaller or raise --max-pixels.',
    );
  }
  // Sound photos are decoded once; only where the strict reading fails, a second one takes what there is.
  try {
    return { image: await pixels('truncated'), damage: null };
  } catch (error) {
    const damage = firstLine(error);
    const image = await pixels('none').catch((cause: unknown) => {
      const message = `${path}: cannot be decoded: ${firstLine(cause)}.`;
      throw new SoutuError('PhotoError', message, { cause });
    });
    return { image, damage };
  }
}

type FailOn = 'none' | 'truncated';

const NO_REASON = 'Unknown error';
const MOST_READINGS = 10;

/**
 * libvips has one place for the words of all that it reads at once, which the next photo may clear before
 * sharp has read them: the same photo is read again for them then, with the same end.
 */
async function withReason<Value>(read: () => Promise<Value>): Promise<Value> {
  for (let readings = 1; ; readings++) {
    try {
      return await read();
    } catch (error) {
      if (readings === MOST_READINGS || firstLine(error) !== NO_REASON) throw error;
    }
  }
}

// The cap above speaks before anything is decoded and says more than libvips' own.
const open = (path: string, failOn: FailOn, { exif, icc }: DecodeSpec = {}) => {
  const photo = sharp(path, { failOn, limitInputPixels: false, ignoreIcc: icc === 'ignored' });
  return exif === 'ignored' ? photo : photo.autoOrient();
};

async function pixelsOf(path: string, failOn: FailOn, spec: DecodeSpec): Promise<RgbaImage> {
  const { data, info } = await open(path, failOn, spec)
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/** Inks without a profile: each takes its part of the light that black leaves, as Pillow has it. */
async function pixelsOfCmyk(path: string, failOn: FailOn, spec: DecodeSpec): Promise<RgbaImage> {
  const { data: inks, info } = await open(path, failOn, spec)
    .pipelineColourspace('cmyk')
    .toColourspace('cmyk')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const data = new Uint8Array(width * height * 4).fill(255);
  for (let at = 0; at < data.length; at += 4) {
    const light = 255 - (inks[at + 3] as number);
    for (let c = 0; c < 3; c++) {
      data[at + c] = light - Math.round(((inks[at + c] as number) * light) / 255);
    }
  }
  return { width, height, data };
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
