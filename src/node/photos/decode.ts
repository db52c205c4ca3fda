/**
 * Decodes photos in Node with sharp (libvips). Rotation, colours and the choice of an animation's frame match
 * Chromium, so that the build and the browser see the same pixels. Resizing uses our own code.
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
  /** The decoder's error if the photo is damaged and only partly decoded; otherwise null. */
  readonly damage: string | null;
}

/**
 * Reads one photo, or the first frame of an animation.
 * @param maxPixels largest accepted width × height, checked in the header before decoding
 * @param spec the model's `input`: whether to apply the orientation tag and the colour profile
 * @throws SoutuError `PhotoError` with the path
 */
export async function decodePhoto(
  path: string,
  maxPixels: number = DEFAULT_MAX_PIXELS,
  spec: DecodeSpec = {},
): Promise<Decoded> {
  return decodeBytes(await readPhotoFile(path), path, maxPixels, spec);
}

/** Waits until there is room in memory for this many pixels. */
export type Admit = (pixels: number) => Promise<void>;

/**
 * Decodes a photo from its file's content.
 * @param path for errors
 * @param admit called with the size in the header, before decoding
 * @throws SoutuError `PhotoError` with the path; what `admit` throws
 */
export async function decodeBytes(
  bytes: Buffer,
  path: string,
  maxPixels: number = DEFAULT_MAX_PIXELS,
  spec: DecodeSpec = {},
  admit: Admit = async () => undefined,
): Promise<Decoded> {
  try {
    return await decode(bytes, path, maxPixels, spec, admit);
  } catch (error) {
    if (error instanceof SoutuError) throw error;
    // Any other error affects only this photo.
    const message = `${path}: cannot be decoded (${firstLine(error)}). Replace the file.`;
    throw new SoutuError('PhotoError', message, { cause: error });
  }
}

async function decode(
  bytes: Buffer,
  path: string,
  maxPixels: number,
  spec: DecodeSpec,
  admit: Admit,
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
  // Checked before libvips reads the file: for some sizes it allocates gigabytes or hangs.
  const claimed = headerSize(bytes, kind);
  if (claimed) checkSize(claimed);
  const frame = kind === 'png' ? hiddenFirstFrame(bytes) : null;
  if (frame) checkSize(frame);
  const plain = frame?.png ?? bytes;
  // If the file is damaged, decoding fails below with the reason.
  const input = kind === 'png' ? await greyToRgb(plain).catch(() => plain) : plain;
  const metadata = await open(input, 'none').metadata().catch(nothing);
  checkSize(metadata);
  await admit(
    Math.max(metadata.width * metadata.height, claimed ? claimed.width * claimed.height : 0),
  );
  const way = wayOf(input, kind, metadata, spec);
  const placed = (image: RgbaImage) => (frame && claimed ? onCanvas(image, frame, claimed) : image);
  // Intact photos are decoded once. If strict decoding fails, a second pass recovers what it can.
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
 * Recovers the readable part of a damaged photo, in stored orientation. Missing rows are transparent, as in browsers.
 * Returns null if no pixel can be read.
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

/** How to decode a file of known kind and tags. */
interface Way {
  readonly isRotated: boolean;
  readonly colour: Tagged;
  /** Set for CMYK photos: the profile, or null if there is none or it is ignored. */
  readonly inks?: { readonly profile: Buffer | null };
}

function wayOf(input: Buffer, kind: ImageKind, { space, icc }: Metadata, spec: DecodeSpec): Way {
  // Browsers ignore the orientation tag of a WebP file.
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

// The limits above are checked before decoding and give clearer errors than libvips' own.
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

/** Places a frame that covers part of the picture; the rest is transparent. */
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
