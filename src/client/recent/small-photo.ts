/** Downscales a photo for storage: the whole photo to repeat the search, and a thumbnail to recognize it. */
import { type PhotoView, regionInPixels, uprightRegion } from '../../core/image/view.ts';
import { readPhoto } from '../photo/read-photo.ts';

/** Maximum longer side of the searched region, in pixels; models use fewer. */
const PART_SIDE = 512;
/** Maximum longer side of the whole photo, in pixels, however small the region. */
const WHOLE_SIDE = 1536;
const THUMB_SIDE = 96;
/** A photo of fewer bytes is stored unchanged, unless it has metadata. */
const SMALL_BYTES = 150_000;
/** Matches the headers of EXIF, XMP and IPTC, which may contain the location of a photo, in any image format. */
const METADATA = /exif|iptc|xmpmeta|rdf\+xml|adobe\.com|com\.adobe|photoshop 3\.0/i;

export interface SmallPhoto {
  readonly photo: Blob;
  readonly thumb: Blob;
}

/** @throws SoutuError `PhotoError`, as `readPhoto` */
export async function smallPhoto(
  blob: Blob,
  view: PhotoView,
  maxPixels?: number,
): Promise<SmallPhoto> {
  const { bitmap } = await readPhoto(blob, maxPixels);
  try {
    const thumb = await thumbOf(bitmap, view);
    const stays = blob.size <= SMALL_BYTES && !(await hasMetadata(blob));
    return { thumb, photo: stays ? blob : await reduced(bitmap, view) };
  } finally {
    bitmap.close();
  }
}

async function hasMetadata(blob: Blob): Promise<boolean> {
  return METADATA.test(new TextDecoder('latin1').decode(await blob.arrayBuffer()));
}

async function reduced(bitmap: ImageBitmap, view: PhotoView): Promise<Blob> {
  const { width, height } = bitmap;
  const part = partOf(bitmap, view);
  const scale = Math.min(
    1,
    WHOLE_SIDE / Math.max(width, height),
    PART_SIDE / Math.max(part.width, part.height),
  );
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  const { canvas, context } = paper(side(width), side(height));
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return encode(canvas, 0.9);
}

/** The centre square of the searched region, with the query's rotation. */
async function thumbOf(bitmap: ImageBitmap, view: PhotoView): Promise<Blob> {
  const { x, y, width, height } = partOf(bitmap, view);
  const side = Math.min(width, height);
  const { canvas, context } = paper(THUMB_SIDE, THUMB_SIDE);
  context.translate(THUMB_SIDE / 2, THUMB_SIDE / 2);
  context.rotate((view.turns * Math.PI) / 2);
  const left = x + (width - side) / 2;
  const top = y + (height - side) / 2;
  const half = THUMB_SIDE / 2;
  context.drawImage(bitmap, left, top, side, side, -half, -half, THUMB_SIDE, THUMB_SIDE);
  return encode(canvas, 0.8);
}

function partOf({ width, height }: ImageBitmap, view: PhotoView) {
  const whole = { left: 0, top: 0, width: 1, height: 1 };
  return regionInPixels(uprightRegion(view) ?? whole, width, height);
}

/** A white canvas, because the search treats transparent pixels as white. */
function paper(width: number, height: number) {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context) throw new DOMException('The browser gives no canvas.', 'NotSupportedError');
  context.imageSmoothingQuality = 'high';
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  return { canvas, context };
}

/** Encodes as WebP. Browsers that cannot write WebP return PNG; then JPEG, which is smaller. */
async function encode(canvas: OffscreenCanvas, quality: number): Promise<Blob> {
  const webp = await canvas.convertToBlob({ type: 'image/webp', quality });
  return webp.type === 'image/webp' ? webp : canvas.convertToBlob({ type: 'image/jpeg', quality });
}
