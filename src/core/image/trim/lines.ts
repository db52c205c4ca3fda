/** Questions about the rows of a small picture. For its columns, callers rotate the picture. */
import type { RgbaImage } from '../pixels.ts';

export type Colour = readonly [red: number, green: number, blue: number];

/** Levels (0…255) by which a channel may differ within a border. */
export const LEVELS = 14;

/** Per channel, so the colour itself may not occur in the row. */
export function medianColour({ data, width }: RgbaImage, y: number): Colour {
  const counts = new Uint16Array(3 * 256);
  const start = y * width * 4;
  for (let at = start; at < start + width * 4; at += 4) {
    for (let c = 0; c < 3; c++) {
      const level = c * 256 + (data[at + c] as number);
      counts[level] = (counts[level] as number) + 1;
    }
  }
  const of = (channel: number) => {
    let seen = 0;
    for (let level = 0; ; level++) {
      seen += counts[channel * 256 + level] as number;
      if (seen * 2 >= width) return level;
    }
  };
  return [of(0), of(1), of(2)];
}

/** The share of a row's pixels within `levels` of a colour. */
export function shareOf(
  { data, width }: RgbaImage,
  y: number,
  [r, g, b]: Colour,
  levels: number = LEVELS,
): number {
  let count = 0;
  const start = y * width * 4;
  // Every row of every photo comes through here: no call per pixel.
  for (let at = start; at < start + width * 4; at += 4) {
    if (
      Math.abs((data[at] as number) - r) <= levels &&
      Math.abs((data[at + 1] as number) - g) <= levels &&
      Math.abs((data[at + 2] as number) - b) <= levels
    ) {
      count++;
    }
  }
  return count / width;
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

/** The largest difference of a channel between a pixel and the one below. */
export function stepBelow({ data, width }: RgbaImage, x: number, y: number): number {
  const pixel = (y * width + x) * 4;
  const below = pixel + width * 4;
  return Math.max(
    Math.abs((data[pixel] as number) - (data[below] as number)),
    Math.abs((data[pixel + 1] as number) - (data[below + 1] as number)),
    Math.abs((data[pixel + 2] as number) - (data[below + 2] as number)),
  );
}
