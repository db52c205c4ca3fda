import type { InputSpec } from '../model/input-spec.ts';
import type { RgbaImage } from './pixels.ts';

export type Alpha = NonNullable<InputSpec['alpha']>;

/**
 * One row of pixels without alpha, before resizing: transparent pixels carry colours that are not meant
 * to see.
 * @param start byte of the row's first pixel
 * @param line gets R G B for each pixel, 0…255
 */
export function flattenLine(
  data: RgbaImage['data'],
  start: number,
  alpha: Alpha,
  line: Float64Array,
): void {
  for (let i = 0, from = start; i < line.length; i += 3, from += 4) {
    const opacity = alpha === 'dropped' ? 255 : (data[from + 3] as number);
    if (opacity === 255) {
      line[i] = data[from] as number;
      line[i + 1] = data[from + 1] as number;
      line[i + 2] = data[from + 2] as number;
    } else {
      const white = 255 - opacity;
      line[i] = ((data[from] as number) * opacity) / 255 + white;
      line[i + 1] = ((data[from + 1] as number) * opacity) / 255 + white;
      line[i + 2] = ((data[from + 2] as number) * opacity) / 255 + white;
    }
  }
}
