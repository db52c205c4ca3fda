/** Questions about the rows of a small picture. For its columns, callers rotate the picture. */
import type { RgbaImage } from '../pixels.ts';

export type Colour = readonly [red: number, green: number, blue: number];

/** Levels (0…255) by which a channel may differ within a border. */
export const LEVELS = 14;

export function medianColour(image: RgbaImage, y: number): Colour {
  const counts = new Uint16Array(256);
  const of = (channel: number) => {
    counts.fill(0);
    for (let x = 0; x < image.width; x++) {
      const level = image.data[(y * image.width + x) * 4 + channel] as number;
      counts[level] = (counts[level] as number) + 1;
    }
    let seen = 0;
    for (let level = 0; ; level++) {
      seen += counts[level] as number;
      if (seen * 2 >= image.width) return level;
    }
  };
  return [of(0), of(1), of(2)];
}

/** The share of a row's pixels within `levels` of a colour. */
export function shareOf(
  image: RgbaImage,
  y: number,
  colour: Colour,
  levels: number = LEVELS,
): number {
  let count = 0;
  for (let x = 0; x < image.width; x++) if (difference(image, x, y, colour) <= levels) count++;
  return count / image.width;
}

/** The largest difference of the three channels. */
export function difference(
  { data, width }: RgbaImage,
  x: number,
  y: number,
  [r, g, b]: Colour,
): number {
  const pixel = (y * width + x) * 4;
  return Math.max(
    Math.abs((data[pixel] as number) - r),
    Math.abs((data[pixel + 1] as number) - g),
    Math.abs((data[pixel + 2] as number) - b),
  );
}

/** The same between a pixel and the one below. */
export function stepBelow({ data, width }: RgbaImage, x: number, y: number): number {
  const pixel = (y * width + x) * 4;
  const below = pixel + width * 4;
  return Math.max(
    Math.abs((data[pixel] as number) - (data[below] as number)),
    Math.abs((data[pixel + 1] as number) - (data[below + 1] as number)),
    Math.abs((data[pixel + 2] as number) - (data[below + 2] as number)),
  );
}
