/**
 * From the file that a visitor gave to decoded pixels, on the page's side: type and size are read from the
 * header first, so that nothing large is decoded by accident. Browsers apply the EXIF orientation.
 */
import { imageSize } from 'image-size';
import type { Notice } from '../core/contract.ts';
import { messageOf, SoutuError } from '../core/errors.ts';
import { DEFAULT_MAX_PIXELS } from '../core/image/pixels.ts';
import type { DecodeSpec } from '../core/model/input-spec.ts';
import { withoutExif } from './without-exif.ts';

export interface DecodedPhoto {
  readonly bitmap: ImageBitmap;
  readonly notices: readonly Notice[];
}

/** Sizes stand near the start, but camera JPEGs may carry thumbnails and profiles before them. */
const HEADER_BYTES = 1 << 20;

const DAMAGED: Notice = {
  code: 'photo-damaged',
  message: 'The photo is damaged; the part that could be read was used.',
};

/**
 * @param maxPixels the largest width × height that is decoded
 * @param spec whether orientation tag and colour profile count; they do, when left out
 * @throws SoutuError `PhotoError`: not an image, too large, or not decodable here
 */
export async function readPhoto(
  blob: Blob,
  maxPixels: number = DEFAULT_MAX_PIXELS,
  spec: DecodeSpec = {},
): Promise<DecodedPhoto> {
  const name = blob instanceof File && blob.name ? `“${blob.name}”` : 'The file';
  const { width, height, type } = await readHeader(blob, name);
  if (width * height > maxPixels) {
    throw new SoutuError(
      'PhotoError',
      `${name} has ${width}×${height} pixels, more than the ${maxPixels} that are allowed here. ` +
        'Make it smaller and try again.',
    );
  }
  const file = spec.exif === 'ignored' ? await withoutExif(blob) : blob;
  const colorSpaceConversion = spec.icc === 'ignored' ? 'none' : 'default';
  try {
    return { bitmap: await createImageBitmap(file, { colorSpaceConversion }), notices: [] };
  } catch {
    // Chromium refuses a JPEG that is cut short here, where an <img> shows what there is.
    return { bitmap: await decodeByElement(file, name, type), notices: [DAMAGED] };
  }
}

async function readHeader(blob: Blob, name: string) {
  const head = new Uint8Array(await blob.slice(0, HEADER_BYTES).arrayBuffer());
  try {
    const { width, height, type } = imageSize(head);
    if (type !== 'svg' && width > 0 && height > 0) return { width, height, type };
  } catch {
    // Told below in our words: what the parser says is of no use to a visitor.
  }
  const got =
    blob.size === 0 ? 'an empty file' : `${blob.type || 'unknown type'}, ${blob.size} bytes`;
  throw new SoutuError(
    'PhotoError',
    `${name} is not an image: expected JPEG, PNG, WebP, GIF or AVIF, got ${got}. Choose a photo.`,
  );
}

async function decodeByElement(blob: Blob, name: string, type?: string): Promise<ImageBitmap> {
  const image = new Image();
  image.src = URL.createObjectURL(blob);
  try {
    await new Promise((resolve, reject) => {
      image.onload = resolve;
      image.onerror = () => reject(new Error('the browser cannot decode it'));
    });
    // By way of a canvas: createImageBitmap refuses a damaged picture in an <img>, too.
    const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
    const context = canvas.getContext('2d');
    if (!context) throw new Error('the browser gives no canvas');
    context.drawImage(image, 0, 0);
    return canvas.transferToImageBitmap();
  } catch (error) {
    const kind = type ? type.toUpperCase() : 'image';
    throw new SoutuError(
      'PhotoError',
      `${name} cannot be decoded (${kind}, ${blob.size} bytes): ${messageOf(error).replace(/\.$/, '')}. ` +
        'Try a JPEG or PNG, or another photo.',
      { cause: error },
    );
  } finally {
    URL.revokeObjectURL(image.src);
  }
}
