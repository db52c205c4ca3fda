import { SoutuError } from '../errors.ts';
import type { InputSpec } from '../model/input-spec.ts';
import { resizeNearest } from './nearest.ts';
import type { RgbaImage } from './pixels.ts';
import { resizeBilinear } from './resize.ts';

/**
 * Converts a photo to the model's input: removes alpha, resizes, orders the channels, subtracts the mean and
 * scales.
 * @returns 3 × height × width numbers (planes, NCHW without the batch)
 * @throws SoutuError `PhotoError` if the pixel data does not match the stated size
 */
export function preprocess(image: RgbaImage, input: InputSpec): Float32Array<ArrayBuffer> {
  const expected = image.width * image.height * 4;
  if (image.width < 1 || image.height < 1 || image.data.length !== expected) {
    throw new SoutuError(
      'PhotoError',
      `A photo of ${image.width}×${image.height} needs ${expected} bytes of RGBA pixels, ` +
        `got ${image.data.length}.`,
    );
  }
  const { width, height, filter, alpha = 'over-white', channels, mean, scale } = input;
  const resize = filter === 'nearest' ? resizeNearest : resizeBilinear;
  const rgb = resize(image, width, height, alpha);
  const plane = width * height;
  const out = new Float32Array(3 * plane);
  for (let c = 0; c < 3; c++) {
    const source = channels === 'RGB' ? c : 2 - c;
    const m = mean[c] as number;
    const s = scale[c] as number;
    for (let i = 0; i < plane; i++) {
      out[c * plane + i] = ((rgb[i * 3 + source] as number) - m) * s;
    }
  }
  return out;
}
