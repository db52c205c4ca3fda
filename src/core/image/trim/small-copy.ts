import { flattenLine } from '../alpha.ts';
import type { RgbaImage } from '../pixels.ts';

/** The longest side of the copy. Edges are found to within one line of it. */
const COPY_SIDE = 256;

/** A pixel of the copy averages at most this many pixels across, and down, so that a large photo takes no longer. */
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
  const line = new Float64Array(columns.length * 3);
  const sums = new Float64Array(width * 3);
  const samples = perColumn * perRow;
  for (let y = 0; y < height; y++) {
    sums.fill(0);
    for (let r = 0; r < perRow; r++) {
      sampleLine(image, rows[y * perRow + r] as number, columns, line);
      addSamples(line, perColumn, sums);
    }
    for (let x = 0, to = y * width * 4; x < sums.length; x += 3, to += 4) {
      data[to] = (sums[x] as number) / samples;
      data[to + 1] = (sums[x + 1] as number) / samples;
      data[to + 2] = (sums[x + 2] as number) / samples;
      data[to + 3] = 255;
    }
  }
  return { width, height, data };
}

/** The colours of a row at `columns`, over white. */
function sampleLine(
  { data, width }: RgbaImage,
  y: number,
  columns: Int32Array,
  line: Float64Array,
): void {
  const start = y * width;
  const pixel = new Uint8Array(4);
  const overWhite = new Float64Array(3);
  for (let i = 0, to = 0; i < columns.length; i++, to += 3) {
    const from = (start + (columns[i] as number)) * 4;
    if (data[from + 3] === 255) {
      line[to] = data[from] as number;
      line[to + 1] = data[from + 1] as number;
      line[to + 2] = data[from + 2] as number;
    } else {
      for (let c = 0; c < 4; c++) pixel[c] = data[from + c] as number;
      flattenLine(pixel, 0, 'over-white', overWhite);
      line.set(overWhite, to);
    }
  }
}

function addSamples(line: Float64Array, perColumn: number, sums: Float64Array): void {
  for (let to = 0, from = 0; to < sums.length; to += 3) {
    for (let i = 0; i < perColumn; i++, from += 3) {
      sums[to] = (sums[to] as number) + (line[from] as number);
      sums[to + 1] = (sums[to + 1] as number) + (line[from + 1] as number);
      sums[to + 2] = (sums[to + 2] as number) + (line[from + 2] as number);
    }
  }
}

/** `each` pixels of the photo for every pixel of the copy, evenly spread over the part that it stands for. */
function samplesOf(from: number, to: number, each: number): Int32Array {
  return Int32Array.from({ length: to * each }, (_, i) =>
    Math.floor(((i + 0.5) * from) / (to * each)),
  );
}
