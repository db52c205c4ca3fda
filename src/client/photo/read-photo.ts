/**
 * Decodes the visitor's file to pixels, on the page. The size in the header is checked first, to avoid decoding
 * huge images; whether a file is an image is left to the browser's decoder. Browsers apply the EXIF orientation.
 */
import type { Notice } from '../../core/contract.ts';
import { messageOf, SoutuError } from '../../core/errors.ts';
import { headerSize, type Size } from '../../core/image/header-size.ts';
import { conversionAdvice, type ImageKind, kindOf } from '../../core/image/kind.ts';
import { DEFAULT_MAX_PIXELS, sizeProblem } from '../../core/image/pixels.ts';
import type { DecodeSpec } from '../../core/model/input-spec.ts';
import { loadOnDemand } from '../load-on-demand.ts';

export interface DecodedPhoto {
  readonly bitmap: ImageBitmap;
  readonly notices: readonly Notice[];
}

/** Most files have their dimensions within the first megabyte. */
const HEADER_BYTES = 1 << 20;

/** Browsers can display these in an `<img>` or as documents, but they are not photos. */
const NEVER_PHOTOS: readonly (ImageKind | null)[] = ['svg', 'pdf', 'video'];

const DAMAGED: Notice = {
  code: 'photo-damaged',
  message: 'The photo is damaged, so only the readable part was used.',
};

/**
 * @param maxPixels maximum width × height that is decoded
 * @param spec whether to apply the orientation tag and the colour profile; both by default
 * @throws SoutuError `PhotoError`: not an image, too large, or not decodable here; `WorkerError` if it needs a script
 *   that cannot be loaded
 */
export async function readPhoto(
  blob: Blob,
  maxPixels: number = DEFAULT_MAX_PIXELS,
  spec: DecodeSpec = {},
): Promise<DecodedPhoto> {
  const name = blob instanceof File && blob.name ? `“${blob.name}”` : 'The file';
  const checkSize = (size: Size) => {
    const problem = sizeProblem(size, maxPixels);
    if (!problem) return;
    const message = `${name} has ${problem} here. Make it smaller and try again.`;
    throw new SoutuError('PhotoError', message);
  };
  const head = new Uint8Array(await blob.slice(0, HEADER_BYTES).arrayBuffer());
  const kind = kindOf(head);
  if (NEVER_PHOTOS.includes(kind) || blob.size === 0) throw notAnImage(blob, name);
  const claimed = await sizeOf(blob, head, kind);
  if (claimed) checkSize(claimed);

  const readable = kind === 'jpeg' ? withoutStrayStart(blob, head) : blob;
  const file = spec.exif === 'ignored' ? await noExif(readable) : readable;
  const colorSpaceConversion = spec.icc === 'ignored' ? 'none' : 'default';
  const decoded = await createImageBitmap(file, { colorSpaceConversion }).catch(() => null);
  // Chromium rejects a damaged photo here, although an <img> shows the readable part.
  const bitmap =
    decoded ?? (await decodeByElement(file, checkSize).catch(cannot(blob, name, kind)));
  try {
    checkSize(bitmap);
    const isBlank = isOneColour(bitmap) && (!decoded || !(await isWhole(blob, kind)));
    if (isBlank) cannot(blob, name, kind)(new Error('it is cut short or damaged'));
  } catch (error) {
    bitmap.close();
    throw error;
  }
  return { bitmap, notices: decoded ? [] : [DAMAGED] };
}

/** Few models want photos without their EXIF data. */
async function noExif(blob: Blob): Promise<Blob> {
  const { withoutExif } = await loadOnDemand();
  return withoutExif(blob);
}

/** Asked only about pictures of a single colour. */
async function isWhole(blob: Blob, kind: ImageKind | null): Promise<boolean> {
  const { isWholeFile } = await loadOnDemand();
  return isWholeFile(blob, kind);
}

async function sizeOf(blob: Blob, head: Uint8Array, kind: ImageKind | null): Promise<Size | null> {
  const size = headerSize(head, kind);
  if (size || kind !== 'jpeg' || blob.size <= head.length) return size;
  // In panoramas and photos with depth maps, megabytes of metadata may precede a JPEG's dimensions.
  return headerSize(new Uint8Array(await blob.arrayBuffer()), kind);
}

/** Removes stray bytes after FF D8, as libjpeg does; browsers require FF D8 FF. */
function withoutStrayStart(blob: Blob, head: Uint8Array<ArrayBuffer>): Blob {
  if (head[2] === 0xff) return blob;
  const marker = head.indexOf(0xff, 2);
  if (marker < 0) return blob;
  return new Blob([head.slice(0, 2), blob.slice(marker)], { type: blob.type });
}

function notAnImage(blob: Blob, name: string, cause?: unknown): SoutuError {
  const got =
    blob.size === 0 ? 'an empty file' : `${blob.type || 'unknown type'}, ${blob.size} bytes`;
  return new SoutuError(
    'PhotoError',
    `${name} is not an image: expected JPEG, PNG, WebP, GIF or AVIF, got ${got}. Choose a photo.`,
    { cause },
  );
}

const cannot = (blob: Blob, name: string, kind: ImageKind | null) => (cause: unknown) => {
  if (cause instanceof SoutuError) throw cause;
  if (!kind) throw notAnImage(blob, name, cause);
  const advice = conversionAdvice(kind);
  const message = advice
    ? `This browser cannot read ${name}: ${advice}.`
    : `Not one pixel of ${name} could be decoded (${kind.toUpperCase()}, ${blob.size} bytes): ` +
      `${messageOf(cause).replace(/\.$/, '')}. Choose another photo.`;
  throw new SoutuError('PhotoError', message, { cause });
};

async function decodeByElement(blob: Blob, checkSize: (size: Size) => void): Promise<ImageBitmap> {
  const image = new Image();
  image.src = URL.createObjectURL(blob);
  try {
    await new Promise((resolve, reject) => {
      image.onload = resolve;
      image.onerror = () => reject(new Error('the browser cannot decode it'));
    });
    const { naturalWidth: width, naturalHeight: height } = image;
    checkSize({ width, height });
    // Drawn on a canvas, because createImageBitmap also rejects a damaged picture in an <img>.
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d');
    if (!context) throw new Error('the browser provides no canvas');
    context.drawImage(image, 0, 0);
    return canvas.transferToImageBitmap();
  } finally {
    URL.revokeObjectURL(image.src);
  }
}

/** Small enough to read quickly, large enough that a single decoded row is visible. */
const SAMPLE_SIDE = 64;

/** Compares single pixels first, and slower area averages only if those are equal. */
function isOneColour(bitmap: ImageBitmap): boolean {
  const context = new OffscreenCanvas(SAMPLE_SIDE, SAMPLE_SIDE).getContext('2d', {
    willReadFrequently: true,
  });
  if (!context) return false;
  const isEven = (isSmoothed: boolean) => {
    context.imageSmoothingEnabled = isSmoothed;
    context.imageSmoothingQuality = 'high';
    context.clearRect(0, 0, SAMPLE_SIDE, SAMPLE_SIDE);
    context.drawImage(bitmap, 0, 0, SAMPLE_SIDE, SAMPLE_SIDE);
    const { buffer } = context.getImageData(0, 0, SAMPLE_SIDE, SAMPLE_SIDE).data;
    const pixels = new Uint32Array(buffer);
    return pixels.every((pixel) => pixel === pixels[0]);
  };
  return isEven(false) && isEven(true);
}
