import { SoutuError } from '../errors.ts';
import { type InputSpec, type ViewSpec, viewsOf } from '../model/input-spec.ts';
import { resizeNearest } from './nearest.ts';
import type { RgbaImage } from './pixels.ts';
import { reducePhoto } from './reduce.ts';
import { resizeBilinear } from './resize.ts';
import { turnPixels } from './view.ts';

/**
 * Converts a photo to the model's input: rotates it as the view asks, removes alpha, resizes, orders the channels, subtracts the mean and
 * scales.
 * @param view default: the whole photo at the input's size
 * @returns 3 × height × width numbers (planes, NCHW without the batch)
 * @throws SoutuError `PhotoError` if the pixel data does not match the stated size
 */
export function preprocess(
  image: RgbaImage,
  input: InputSpec,
  { width, height, window, turns }: Required<ViewSpec> = { ...input, window: 1, turns: 0 },
): Float32Array<ArrayBuffer> {
  checkPixels(image);
  const { filter, alpha = 'over-white', channels, mean, scale } = input;
  const resize = filter === 'nearest' ? resizeNearest : resizeBilinear;
  const rgb = resize(turnPixels(image, turns), width, height, alpha, window);
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

/**
 * The photo that all views are taken from.
 * @throws SoutuError `PhotoError` if the pixel data does not match the stated size
 */
export function photoForViews(photo: RgbaImage, input: InputSpec): RgbaImage {
  checkPixels(photo);
  if (input.reduce !== 'box') return photo;
  return reducePhoto(photo, viewsOf(input), input.alpha ?? 'over-white');
}

function checkPixels({ width, height, data }: RgbaImage): void {
  const expected = width * height * 4;
  if (width >= 1 && height >= 1 && data.length === expected) return;
  throw new SoutuError(
    'PhotoError',
    `A photo of ${width}×${height} needs ${expected} bytes of RGBA pixels, got ${data.length}.`,
  );
}
