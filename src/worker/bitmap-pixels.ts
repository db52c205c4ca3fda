import type { ImageBitmapLike } from '../browser/worker-api.ts';
import { messageOf, SoutuError } from '../core/errors.ts';
import type { RgbaImage } from '../core/image/pixels.ts';
import { withSurroundings } from '../core/image/surroundings.ts';
import {
  hasChosenRegion,
  type PhotoView,
  type Region,
  regionInPixels,
  turnPixels,
  uprightRegion,
} from '../core/image/view.ts';

/** Browsers limit the area of a canvas, the strictest to 16 million pixels. Bands stay well below. */
const BAND_PIXELS = 4 << 20;
const WHOLE: Region = { left: 0, top: 0, width: 1, height: 1 };

/**
 * Reads the pixels to embed. A region that the visitor chose gets some of its surroundings; one that trimming found stays
 * as it is. Closes the bitmap.
 * @throws SoutuError as `pixelsOf`
 */
export function viewedPixels(bitmap: ImageBitmapLike, view: PhotoView): RgbaImage {
  const region = uprightRegion(view);
  const searched = region && hasChosenRegion(view) ? withSurroundings(region, bitmap) : region;
  return turnPixels(pixelsOf(bitmap, searched), view.turns);
}

/**
 * Reads the pixels of a decoded photo, or of a region, in bands from the top. Closes the bitmap.
 * @throws SoutuError `PhotoError` if the browser has no canvas or no memory for it
 */
export function pixelsOf(bitmap: ImageBitmapLike, region: Region | null = null): RgbaImage {
  try {
    return read(bitmap, regionInPixels(region ?? WHOLE, bitmap.width, bitmap.height));
  } catch (error) {
    const { width, height } = bitmap;
    throw new SoutuError(
      'PhotoError',
      `This browser cannot read a photo of ${width}×${height} pixels (${messageOf(error)}). ` +
        'Try a smaller one.',
      { cause: error },
    );
  } finally {
    bitmap.close();
  }
}

function read(bitmap: ImageBitmapLike, part: ReturnType<typeof regionInPixels>): RgbaImage {
  const { x, y, width, height } = part;
  const data = new Uint8ClampedArray(width * height * 4);
  const bandHeight = Math.min(height, Math.max(1, Math.floor(BAND_PIXELS / width)));
  const context = new OffscreenCanvas(width, bandHeight).getContext('2d', {
    willReadFrequently: true,
  });
  if (!context) throw new Error('it gives no canvas');
  for (let top = 0; top < height; top += bandHeight) {
    context.clearRect(0, 0, width, bandHeight);
    context.drawImage(bitmap as ImageBitmap, -x, -y - top);
    const rows = Math.min(bandHeight, height - top);
    data.set(context.getImageData(0, 0, width, rows).data, top * width * 4);
  }
  return { width, height, data };
}
