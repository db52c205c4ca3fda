/**
 * Photos in Node. sharp (libvips) decodes; rotation, colours and the frame of an animation follow what
 * Chromium shows, so that both sides see the same pixels. Resizing is ours.
 */
import sharp, { type Metadata } from 'sharp';
import { SoutuError } from '../../core/errors.ts';
import { headerSize } from '../../core/image/header-size.ts';
import { conversionAdvice, type ImageKind, kindOf } from '../../core/image/kind.ts';
import { DEFAULT_MAX_PIXELS, type RgbaImage, sizeProblem } from '../../core/image/pixels.ts';
import type { DecodeSpec } from '../../core/model/input-spec.ts';
import { hiddenFirstFrame } from './apng.ts';
import { isBlank } from './blank.ts';
import { pixelsOfCmyk } from './cmyk.ts';
import { greyToRgb } from './colour/grey-profile.ts';
import { colourOfAvif, colourOfPng, spaceOfProfile, type Tagged } from './colour/tags.ts';
import { toSrgb } from './colour/to-srgb.ts';
import { readPhotoFile } from './read-file.ts';
import { isReadable, READABLE_NAMES } from './readable.ts';
import { withFewerScans } from './repair-jpeg.ts';
import { repairPng } from './repair-png.ts';
import { clearRowsFrom, firstUndecodedRow, orient } from './undecoded.ts';
import { type FailOn, firstLine, withReason } from './vips-errors.ts';

export interface Decoded {
  readonly image: RgbaImage;
  /** What the decoder complained about, if a damaged photo was used as far as it could be read. */
  readonly damage: string | null;
}

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
  const bytes = await readPhotoFile(path);
  try {
    return await decode(bytes, path, maxPixels, spec);
  } catch (error) {
    if (error instanceof SoutuError) throw error;
    // Whatever else goes wrong concerns this photo only.
    const message = `${path}: cannot be decoded (${firstLine(error)}). Replace the file.`;
    throw new SoutuError('PhotoError', message, { cause: error });
  }
}

async function decode(
  bytes: Buffer,
  path: string,
  maxPixels: number,
  spec: DecodeSpec,
): Promise<Decoded> {
  const refuse = (problem: string, cause?: unknown): never => {
    throw new SoutuError('PhotoError', `${path}: ${problem}`, { cause });
  };
  const kind = kindOf(bytes);
  if (!isReadable(kind)) {
    const advice = kind && conversionAdvice(kind);
    if (advice) return refuse(`${advice}.`);
    const got = bytes.length === 0 ? 'an empty file' : `${bytes.length} bytes of something else`;
    return refuse(`not an image: expected ${READABLE_NAMES}, got ${got}.`);
  }
  const nothing = (reason: unknown) =>
    refuse(
      `not one pixel of this photo could be decoded (${kind.toUpperCase()}: ${firstLine(reason)}). Replace the file.`,
      reason,
    );
  const checkSize = (size: { readonly width: number; readonly height: number }) => {
    const problem = sizeProblem(size, maxPixels);
    if (problem) refuse(`${problem}; make it smaller or raise --max-pixels.`);
  };
  // Before libvips sees the file: it takes gigabytes, or hangs, over some sizes.
  const claimed = headerSize(bytes, kind);
  if (claimed) checkSize(claimed);
  const frame = kind === 'png' ? hiddenFirstFrame(bytes) : null;
  if (frame) checkSize(frame);
  const plain = frame?.png ?? bytes;
  // A damaged file fails below, with its reason.
  const input = kind === 'png' ? await greyToRgb(plain).catch(() => plain) : plain;
  const metadata = await open(input, 'none').metadata().catch(nothing);
  checkSize(metadata);
  const way = wayOf(input, kind, metadata, spec);
  const placed = (image: RgbaImage) => (frame && claimed ? onCanvas(image, frame, claimed) : image);
  // Sound photos are decoded once. If the strict reading fails, a second one takes what there is.
  try {
    const image = await withReason(() => read(input, 'truncated', way));
    return { image: placed(image), damage: null };
  } catch (error) {
    const image = await readDamaged(input, kind, way, firstLine(error)).catch(nothing);
    if (!image || isBlank(image)) return nothing(error);
    const upright = way.isRotated ? orient(image, metadata.orientation ?? 1) : image;
    return { image: placed(upright), damage: firstLine(error) };
  }
}

/**
 * What can be read of a damaged photo, as it is stored; the rows that are missing are transparent, as browsers
 * leave them. Null if there is none.
 */
async function readDamaged(
  input: Buffer,
  kind: ImageKind,
  way: Way,
  damage: string,
): Promise<RgbaImage | null> {
  const stored = { ...way, isRotated: false };
  const readWhatIsThere = (file: Buffer) => withReason(() => read(file, 'none', stored));
  if (kind === 'png') {
    const repaired = await repairPng(input);
    if (!repaired) return null;
    const image = await readWhatIsThere(repaired.png);
    return repaired.rows === null ? image : clearRowsFrom(image, repaired.rows);
  }
  const image = await readWhatIsThere(input).catch((error: unknown) =>
    kind === 'jpeg'
      ? firstReadable(withFewerScans(input), readWhatIsThere, error)
      : Promise.reject(error),
  );
  const isCut = kind === 'jpeg' && /premature end/.test(damage);
  return isCut ? clearRowsFrom(image, firstUndecodedRow(image, input)) : image;
}

async function firstReadable(
  files: Iterable<Buffer>,
  readOne: (file: Buffer) => Promise<RgbaImage>,
  reason: unknown,
): Promise<RgbaImage> {
  for (const file of files) {
    const image = await readOne(file).catch(() => null);
    if (image) return image;
  }
  throw reason;
}

/** How a file is read, once its kind and its tags are known. */
interface Way {
  readonly isRotated: boolean;
  readonly colour: Tagged;
  /** Set for CMYK: its profile, or null if there is none that counts. */
  readonly inks?: { readonly profile: Buffer | null };
}

function wayOf(input: Buffer, kind: ImageKind, { space, icc }: Metadata, spec: DecodeSpec): Way {
  // Browsers ignore the orientation of a WebP, and so do we.
  const isRotated = spec.exif !== 'ignored' && kind !== 'webp';
  const isIgnored = spec.icc === 'ignored';
  const profileSpace = isIgnored ? null : spaceOfProfile(icc);
  if (space === 'cmyk') {
    const profile = profileSpace === 'CMYK' ? (icc ?? null) : null;
    return { isRotated, colour: 'none', inks: { profile } };
  }
  return { isRotated, colour: isIgnored ? 'none' : colourOf(input, kind, profileSpace) };
}

function colourOf(input: Buffer, kind: ImageKind, profileSpace: string | null): Tagged {
  if (kind === 'png') return colourOfPng(input);
  if (kind === 'avif') return colourOfAvif(input);
  return profileSpace === null || profileSpace === 'CMYK' ? 'none' : 'profile';
}

// The caps above apply before anything is decoded and say more than libvips' own.
const open = (
  input: Buffer,
  failOn: FailOn,
  { isRotated = false, colour = 'none' }: Partial<Way> = {},
) => {
  const photo = sharp(input, {
    failOn,
    limitInputPixels: false,
    ignoreIcc: colour !== 'profile',
  });
  return isRotated ? photo.autoOrient() : photo;
};

async function read(input: Buffer, failOn: FailOn, way: Way): Promise<RgbaImage> {
  const photo = open(input, failOn, way);
  if (way.inks) return pixelsOfCmyk(photo, way.inks.profile);
  const { data, info } = await photo
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const image = { width: info.width, height: info.height, data };
  return typeof way.colour === 'string' ? image : toSrgb(image, way.colour);
}

/** A frame that covers a part of the picture; the rest is transparent. */
function onCanvas(
  frame: RgbaImage,
  { left, top }: { readonly left: number; readonly top: number },
  { width, height }: { readonly width: number; readonly height: number },
): RgbaImage {
  if (frame.width === width && frame.height === height) return frame;
  const data = new Uint8Array(width * height * 4);
  const rows = Math.min(frame.height, height - top);
  const length = Math.min(frame.width, width - left) * 4;
  for (let y = 0; y < rows; y++) {
    const from = y * frame.width * 4;
    data.set(frame.data.subarray(from, from + length), ((top + y) * width + left) * 4);
  }
  return { width, height, data };
}
