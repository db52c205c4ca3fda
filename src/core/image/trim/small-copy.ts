import { flattenLine } from '../alpha.ts';
import type { RgbaImage } from '../pixels.ts';

/** The longest side of the copy. Edges are found to within one line of it. */
export const COPY_SIDE = 256;

/** At most this many pixels across, and down, are averaged for one of the copy: a large photo takes no longer. */
const SAMPLES = 2;

/** A reduced copy without alpha. The same pixels give the same copy in every JavaScript engine. */
export function smallCopy(image: RgbaImage): RgbaImage {
  const ratio = Math.max(1, Math.max(image.width, image.height) / COPY_SIDE);
  const width = Math.max(1, Math.round(image.width / ratio));
  const height = Math.max(1, Math.round(image.height / ratio));
  const perColumn = Math.min(SAMPLES, Math.floor(image.width / width));
  const perRow = Math.min(SAMPLES, Math.floor(image.height / height));
  const columns = samplesOf(image.width, width, perColumn);
  const rows = samplesOf(image.height, height, perRow);
  const data = new Uint8ClampedArray(width * height * 4);
  const sampled = new Uint8Array(columns.length * 4);
  const line = new Float64Array(columns.length * 3);
  const sums = new Float64Array(width * 3);
  for (let y = 0; y < height; y++) {
    sums.fill(0);
    for (let r = 0; r < perRow; r++) {
      const start = (rows[y * perRow + r] as number) * image.width;
      for (let i = 0; i < columns.length; i++) {
        const from = (start + (columns[i] as number)) * 4;
        for (let c = 0; c < 4; c++) sampled[i * 4 + c] = image.data[from + c] as number;
      }
      flattenLine(sampled, 0, 'over-white', line);
      for (let i = 0; i < columns.length; i++) {
        const to = Math.floor(i / perColumn) * 3;
        for (let c = 0; c < 3; c++) {
          sums[to + c] = (sums[to + c] as number) + (line[i * 3 + c] as number);
        }
      }
    }
    for (let x = 0; x < width; x++) {
      const to = (y * width + x) * 4;
      for (let c = 0; c < 3; c++) data[to + c] = (sums[x * 3 + c] as number) / (perColumn * perRow);
      data[to + 3] = 255;
    }
  }
  return { width, height, data };
}

/** `each` pixels of the photo for every pixel of the copy, evenly spread over the part that it stands for. */
function samplesOf(from: number, to: number, each: number): Int32Array {
  return Int32Array.from({ length: to * each }, (_, i) =>
    Math.floor(((i + 0.5) * from) / (to * each)),
  );
}
