/**
 * A 3×3 convolution (padding 1) with bias, ReLU and perhaps a 2×2 max-pool, by Winograd's minimal filtering: a
 * block of tiles is transformed, multiplied and transformed back while it is in the cache.
 *
 *     X [height][width][in]  ─ patches, Bᵀ d B ─▶  V  ─ · U ─▶  M  ─ Aᵀ m A, bias, ReLU, pool ─▶  Y
 *
 * Neighbouring patches overlap by 2; what lies outside the map is zero:
 *
 *     F(4×4, 3×3)   patch 6×6, tile 4×4         · · · · · ·     · outside, · read by two patches
 *     (side 6)                                  · ▪ ▪ ▪ ▪ ▫ …   ▪ the tile that is written
 *                                               · ▪ ▪ ▪ ▪ ▫
 *
 * Scratch, one for each thread:   patch [side²] · half [side²] · V · M
 */
import { multiply } from './multiply';
import { inputTransform, outputTransform, weightTransform } from './transforms';
import { LANES, relu, VECTOR } from './vector';

/** Room for 6×6 vectors. */
const PATCH: usize = 36 * VECTOR;

/**
 * Tiles `first` up to `first + count` of one layer. Channels are multiples of 8.
 * @param pool 1: each 2×2 of the output becomes its largest, the odd last row and column are dropped
 */
// @ts-ignore: decorator
@inline
function convolve(
  side: i32,
  x: usize,
  height: i32,
  width: i32,
  inputs: i32,
  outputs: i32,
  u: usize,
  bias: usize,
  y: usize,
  pool: i32,
  first: i32,
  count: i32,
  scratch: usize,
): void {
  const tile = side - 2;
  const across = (width + tile - 1) / tile;
  const groups = (count + 3) >> 2;
  const patch = scratch;
  const half = scratch + PATCH;
  const v = half + PATCH;
  const vStride = <usize>(groups * inputs) * VECTOR;
  const m = v + <usize>(side * side) * vStride;
  const mStride = <usize>(groups * outputs) * VECTOR;
  const pixel = <usize>inputs * 4;

  for (let t = 0; t < count; t++) {
    const row = ((first + t) / across) * tile - 1;
    const column = ((first + t) % across) * tile - 1;
    const inside = row >= 0 && column >= 0 && row + side <= height && column + side <= width;
    const corner = x + <usize>(row * width + column) * pixel;
    const to = v + (<usize>((t >> 2) * inputs) << 4) + (<usize>(t & 3) << 5);
    for (let c = 0; c < inputs; c += LANES) {
      const target = to + (<usize>(c >> 3) << 7) + (<usize>(c & 4) << 2);
      let from = corner + (<usize>c << 2);
      let down = <usize>width * pixel;
      let right = pixel;
      if (!inside) {
        gather(side, from, row, column, height, width, pixel, patch);
        from = patch;
        down = <usize>side * VECTOR;
        right = VECTOR;
      }
      for (let i = 0; i < side; i++) {
        const offset = <usize>i * VECTOR;
        inputTransform(side, from + <usize>i * right, down, half + offset, <usize>side * VECTOR);
      }
      for (let i = 0; i < side; i++) {
        const offset = <usize>(i * side);
        inputTransform(side, half + offset * VECTOR, VECTOR, target + offset * vStride, vStride);
      }
    }
  }

  multiply(v, u, m, side * side, groups, inputs, outputs);

  for (let t = 0; t < count; t++) {
    const row = ((first + t) / across) * tile;
    const column = ((first + t) % across) * tile;
    for (let c = 0; c < outputs; c += LANES) {
      const from = m + (<usize>((c >> 3) * groups) << 7) + (<usize>t << 5) + (<usize>(c & 4) << 2);
      for (let i = 0; i < side; i++) {
        const offset = <usize>i;
        outputTransform(
          side,
          from + offset * mStride,
          <usize>side * mStride,
          half + offset * VECTOR,
          <usize>side * VECTOR,
        );
      }
      for (let i = 0; i < tile; i++) {
        const offset = <usize>i * VECTOR;
        outputTransform(side, half + <usize>side * offset, VECTOR, patch + <usize>tile * offset, VECTOR);
      }
      const shift = v128.load(bias + (<usize>c << 2));
      const to = y + (<usize>c << 2);
      if (pool) scatterPooled(tile, patch, shift, row, column, height, width, outputs, to);
      else scatter(tile, patch, shift, row, column, height, width, outputs, to);
    }
  }
}

/** A patch that reaches over the map's border, with zeros there. */
function gather(
  side: i32,
  from: usize,
  row: i32,
  column: i32,
  height: i32,
  width: i32,
  pixel: usize,
  to: usize,
): void {
  for (let i = 0; i < side; i++) {
    const inRow = row + i >= 0 && row + i < height;
    let source = from + <usize>(i * width) * pixel;
    for (let j = 0; j < side; j++) {
      const inMap = inRow && column + j >= 0 && column + j < width;
      v128.store(to, inMap ? v128.load(source) : f32x4.splat(0));
      to += VECTOR;
      source += pixel;
    }
  }
}

// @ts-ignore: decorator
@inline
function scatter(
  tile: i32,
  from: usize,
  bias: v128,
  row: i32,
  column: i32,
  height: i32,
  width: i32,
  outputs: i32,
  y: usize,
): void {
  const rows = min(tile, height - row);
  const columns = min(tile, width - column);
  for (let i = 0; i < rows; i++) {
    let to = y + (<usize>(((row + i) * width + column) * outputs) << 2);
    for (let j = 0; j < columns; j++) {
      const sum = v128.load(from + <usize>(i * tile + j) * VECTOR);
      v128.store(to, relu(f32x4.add(sum, bias)));
      to += <usize>outputs << 2;
    }
  }
}

/** The largest of four, then bias and ReLU: the order does not matter, for both rise with their number. */
// @ts-ignore: decorator
@inline
function scatterPooled(
  tile: i32,
  from: usize,
  bias: v128,
  row: i32,
  column: i32,
  height: i32,
  width: i32,
  outputs: i32,
  y: usize,
): void {
  const pooledWidth = width >> 1;
  const rows = min(tile >> 1, (height >> 1) - (row >> 1));
  const columns = min(tile >> 1, pooledWidth - (column >> 1));
  const below = <usize>tile * VECTOR;
  for (let i = 0; i < rows; i++) {
    let to = y + (<usize>((((row >> 1) + i) * pooledWidth + (column >> 1)) * outputs) << 2);
    for (let j = 0; j < columns; j++) {
      const four = from + <usize>(2 * (i * tile + j)) * VECTOR;
      const top = f32x4.pmax(v128.load(four), v128.load(four, VECTOR));
      const bottom = f32x4.pmax(v128.load(four + below), v128.load(four + below, VECTOR));
      v128.store(to, relu(f32x4.add(f32x4.pmax(top, bottom), bias)));
      to += <usize>outputs << 2;
    }
  }
}

/** Bytes of 8 inputs × 8 outputs. */
const BLOCK: usize = 256;

/**
 * G g Gᵀ for the weights of 8 output channels, eight inputs at a time: frequencies lie far apart in U, at powers of
 * two, where single stores would push each other out of the cache.
 * @param from [in][9 taps][8 channels]
 * @param u where this panel begins at frequency 0: [f][out / 8][in][8 channels]
 * @param scratch half [side × 3] · block [f][8 inputs][8 channels]
 */
// @ts-ignore: decorator
@inline
function transformPanel(side: i32, from: usize, inputs: i32, outputs: i32, u: usize, scratch: usize): void {
  const stride = <usize>(inputs * outputs) * 4;
  const half = scratch;
  const block = scratch + <usize>(side * 3) * VECTOR;
  for (let input = 0; input < inputs; input += 8) {
    for (let i = 0; i < 16; i++) {
      for (let column = 0; column < 3; column++) {
        const offset = <usize>column * VECTOR;
        weightTransform(side, from + 2 * offset, 6 * VECTOR, half + offset, 3 * VECTOR);
      }
      for (let row = 0; row < side; row++) {
        const offset = <usize>row;
        weightTransform(
          side,
          half + 3 * offset * VECTOR,
          VECTOR,
          block + <usize>side * offset * BLOCK + (<usize>i << 4),
          BLOCK,
        );
      }
      // The second half of the same input's 8 channels, then the next input.
      from += i & 1 ? 17 * VECTOR : VECTOR;
    }
    for (let f = 0; f < side * side; f++) {
      const to = u + <usize>f * stride;
      const source = block + <usize>f * BLOCK;
      for (let i: usize = 0; i < BLOCK; i += VECTOR) v128.store(to + i, v128.load(source + i));
    }
    u += BLOCK;
  }
}

export function winograd4(
  x: usize,
  height: i32,
  width: i32,
  inputs: i32,
  outputs: i32,
  u: usize,
  bias: usize,
  y: usize,
  pool: i32,
  first: i32,
  count: i32,
  scratch: usize,
): void {
  convolve(6, x, height, width, inputs, outputs, u, bias, y, pool, first, count, scratch);
}

export function winograd2(
  x: usize,
  height: i32,
  width: i32,
  inputs: i32,
  outputs: i32,
  u: usize,
  bias: usize,
  y: usize,
  pool: i32,
  first: i32,
  count: i32,
  scratch: usize,
): void {
  convolve(4, x, height, width, inputs, outputs, u, bias, y, pool, first, count, scratch);
}

export function weights4(from: usize, inputs: i32, outputs: i32, u: usize, scratch: usize): void {
  transformPanel(6, from, inputs, outputs, u, scratch);
}

export function weights2(from: usize, inputs: i32, outputs: i32, u: usize, scratch: usize): void {
  transformPanel(4, from, inputs, outputs, u, scratch);
}
