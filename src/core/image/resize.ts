/**
 * Antialiased bilinear resize: a triangle filter whose support grows with the reduction, edges cut off and
 * the weights normalised, as Pillow's `resize(BILINEAR)` and PyTorch's `interpolate(antialias=True)`
 * compute it. Only + − × ÷ on doubles and rounding to f32 between the passes, so the same pixels give the
 * same numbers in every JavaScript engine.
 */
import { type Alpha, flattenLine } from './alpha.ts';
import type { RgbaImage } from './pixels.ts';

interface Taps {
  /** First source index for each target index. */
  readonly first: Int32Array;
  /** Number of source samples for each target index. */
  readonly count: Int32Array;
  /** Row i holds the weights of target i, `stride` apart. */
  readonly weights: Float64Array;
  readonly stride: number;
}

/**
 * @param window share of the photo's width and height to take, around the centre. Pixels next to the window count
 * as far as the filter reaches, as in Pillow's `resize(box=…)`.
 * @returns width × height × 3 numbers, 0…255, R G B interleaved
 */
export function resizeBilinear(
  image: RgbaImage,
  width: number,
  height: number,
  alpha: Alpha,
  window = 1,
): Float32Array {
  const columns = triangleTaps(image.width, width, window);
  const rows = triangleTaps(image.height, height, window);
  const top = rows.first[0] as number;
  const last = height - 1;
  const end = (rows.first[last] as number) + (rows.count[last] as number);
  const lines = horizontal(image, columns, width, alpha, top, end);
  return vertical(lines, rows, width * 3, height, top);
}

function triangleTaps(from: number, to: number, window: number): Taps {
  const ratio = (from * window) / to;
  const start = (from * (1 - window)) / 2;
  // Enlarging, the filter keeps a support of one source pixel: plain bilinear.
  const scale = Math.max(ratio, 1);
  const stride = Math.ceil(scale) * 2 + 1;
  const first = new Int32Array(to);
  const count = new Int32Array(to);
  const weights = new Float64Array(to * stride);
  for (let i = 0; i < to; i++) {
    const centre = start + (i + 0.5) * ratio;
    const begin = Math.max(0, Math.floor(centre - scale + 0.5));
    const end = Math.min(from, Math.floor(centre + scale + 0.5));
    let sum = 0;
    for (let s = begin; s < end; s++) {
      const weight = Math.max(0, 1 - Math.abs((s + 0.5 - centre) / scale));
      weights[i * stride + s - begin] = weight;
      sum += weight;
    }
    for (let t = 0; t < end - begin; t++) {
      const at = i * stride + t;
      weights[at] = (weights[at] as number) / sum;
    }
    first[i] = begin;
    count[i] = end - begin;
  }
  return { first, count, weights, stride };
}

/** Source rows from `top` to before `end` × target columns × 3. */
function horizontal(
  image: RgbaImage,
  taps: Taps,
  width: number,
  alpha: Alpha,
  top: number,
  end: number,
): Float32Array {
  const { data } = image;
  const out = new Float32Array((end - top) * width * 3);
  const line = new Float64Array(image.width * 3);
  for (let y = top; y < end; y++) {
    flattenLine(data, y * image.width * 4, alpha, line);
    for (let x = 0; x < width; x++) {
      const begin = taps.first[x] as number;
      const n = taps.count[x] as number;
      let r = 0;
      let g = 0;
      let b = 0;
      for (let t = 0; t < n; t++) {
        const weight = taps.weights[x * taps.stride + t] as number;
        const at = (begin + t) * 3;
        r += weight * (line[at] as number);
        g += weight * (line[at + 1] as number);
        b += weight * (line[at + 2] as number);
      }
      const to = ((y - top) * width + x) * 3;
      out[to] = r;
      out[to + 1] = g;
      out[to + 2] = b;
    }
  }
  return out;
}

function vertical(
  source: Float32Array,
  taps: Taps,
  rowLength: number,
  height: number,
  top: number,
): Float32Array {
  const out = new Float32Array(height * rowLength);
  const line = new Float64Array(rowLength);
  for (let y = 0; y < height; y++) {
    line.fill(0);
    const begin = taps.first[y] as number;
    const n = taps.count[y] as number;
    for (let t = 0; t < n; t++) {
      const weight = taps.weights[y * taps.stride + t] as number;
      const from = (begin - top + t) * rowLength;
      for (let i = 0; i < rowLength; i++) {
        line[i] = (line[i] as number) + weight * (source[from + i] as number);
      }
    }
    out.set(line, y * rowLength);
  }
  return out;
}
