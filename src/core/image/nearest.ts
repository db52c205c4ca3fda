/**
 * Nearest neighbour as Pillow's `Image.resize(size, NEAREST)` picks it: the source pixel below the centre
 * of each target pixel. Pillow adds the step up from pixel to pixel instead of multiplying it, and rounding
 * sometimes makes that another pixel; so this adds, too.
 */
import { type Alpha, flattenLine } from './alpha.ts';
import type { RgbaImage } from './pixels.ts';

/**
 * @param window share of the photo's width and height to take, around the centre, as Pillow's `resize(box=…)`
 * @returns width × height × 3 numbers, 0…255, R G B interleaved
 */
export function resizeNearest(
  image: RgbaImage,
  width: number,
  height: number,
  alpha: Alpha,
  window = 1,
): Float32Array {
  const columns = nearestOf(image.width, width, window);
  const rows = nearestOf(image.height, height, window);
  const out = new Float32Array(width * height * 3);
  const line = new Float64Array(image.width * 3);
  for (let y = 0; y < height; y++) {
    const row = rows[y] as number;
    // Past the edge, where sums were rounded up, Pillow leaves black.
    if (row >= image.height) continue;
    flattenLine(image.data, row * image.width * 4, alpha, line);
    for (let x = 0; x < width; x++) {
      const column = columns[x] as number;
      if (column >= image.width) continue;
      const to = (y * width + x) * 3;
      out[to] = line[column * 3] as number;
      out[to + 1] = line[column * 3 + 1] as number;
      out[to + 2] = line[column * 3 + 2] as number;
    }
  }
  return out;
}

/** The source index of each target index; `from` where there is none. */
function nearestOf(from: number, to: number, window: number): Int32Array {
  const step = (from * window) / to;
  const out = new Int32Array(to);
  let at = (from * (1 - window)) / 2 + step * 0.5;
  for (let i = 0; i < to; i++) {
    out[i] = Math.min(Math.floor(at), from);
    at += step;
  }
  return out;
}
