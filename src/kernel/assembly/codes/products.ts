/**
 * Dot products of all rows of a with all rows of b, two by four at a time: eight sums, four plus two vectors of
 * numbers are 14 of the 16 registers that x64 has.
 */

const STEP: usize = 16;
/** Bytes of the outputs of a block, whose rows of b stay in the cache: 32 of them. */
const BLOCK: usize = 128;

// @ts-ignore: decorator
@inline
function across(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}

/**
 * @param a f32 [rows][length]; rows even
 * @param b f32 [outputs][length]; outputs a multiple of 4
 * @param length a multiple of 4
 * @param out f32 [rows][outputs]
 */
export function products(a: usize, b: usize, rows: i32, outputs: i32, length: i32, out: usize): void {
  const bytes = <usize>length << 2;
  const line = <usize>outputs << 2;
  for (let first: usize = 0; first < line; first += BLOCK) {
    const last = min(line, first + BLOCK);
    let x = a;
    let to = out;
    for (let row = 0; row < rows; row += 2) {
      let y = b;
      for (let o = first; o < last; o += STEP) {
        tile2x4(x, y, bytes, to + o, line);
        y += 4 * bytes;
      }
      x += 2 * bytes;
      to += 2 * line;
    }
    b += BLOCK * <usize>length;
  }
}

// @ts-ignore: decorator
@inline
function tile2x4(x: usize, y: usize, bytes: usize, out: usize, line: usize): void {
  let a0 = f32x4.splat(0);
  let a1 = f32x4.splat(0);
  let a2 = f32x4.splat(0);
  let a3 = f32x4.splat(0);
  let b0 = f32x4.splat(0);
  let b1 = f32x4.splat(0);
  let b2 = f32x4.splat(0);
  let b3 = f32x4.splat(0);
  const end = x + bytes;
  const y1 = y + bytes;
  const y2 = y1 + bytes;
  const y3 = y2 + bytes;
  let i: usize = 0;
  while (x < end) {
    const p = v128.load(x);
    const q = v128.load(x + bytes);
    const w0 = v128.load(y + i);
    a0 = f32x4.add(a0, f32x4.mul(p, w0));
    b0 = f32x4.add(b0, f32x4.mul(q, w0));
    const w1 = v128.load(y1 + i);
    a1 = f32x4.add(a1, f32x4.mul(p, w1));
    b1 = f32x4.add(b1, f32x4.mul(q, w1));
    const w2 = v128.load(y2 + i);
    a2 = f32x4.add(a2, f32x4.mul(p, w2));
    b2 = f32x4.add(b2, f32x4.mul(q, w2));
    const w3 = v128.load(y3 + i);
    a3 = f32x4.add(a3, f32x4.mul(p, w3));
    b3 = f32x4.add(b3, f32x4.mul(q, w3));
    x += STEP;
    i += STEP;
  }
  v128.store(out, across(a0, a1, a2, a3));
  v128.store(out + line, across(b0, b1, b2, b3));
}
