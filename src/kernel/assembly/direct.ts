/**
 * The first layer: a picture's 3 channels give Winograd's products too little work, so it is computed directly.
 * The picture has a border of zeros; the 3 pixels that a row of the filter meets are 9 numbers in a row.
 *
 *     X [height + 2][width + 2][3]     U [out / 8][27 = 3 rows × 3 pixels × 3 channels][8]     Y [height][width][out]
 */
import { multiplyAdd, relu, VECTOR } from './vector';

/** Bytes of a pixel of the picture. */
const PIXEL: usize = 12;
const OCTET: usize = 32;

/** Rows `first` up to `last`. The width is at least 4; `outputs` is a multiple of 8. */
export function direct3(
  x: usize,
  width: i32,
  outputs: i32,
  u: usize,
  bias: usize,
  y: usize,
  first: i32,
  last: i32,
): void {
  const rowBytes = <usize>(width + 2) * PIXEL;
  const outBytes = <usize>outputs << 2;
  for (let row = first; row < last; row++) {
    for (let at = 0; at < width; at += 4) {
      // The last four overlap the ones before where the width is no multiple of 4.
      const column = min(at, width - 4);
      const corner = x + <usize>row * rowBytes + <usize>column * PIXEL;
      let to = y + <usize>(row * width + column) * outBytes;
      let b = u;
      for (let c: usize = 0; c < outBytes; c += OCTET) {
        const bias0 = v128.load(bias + c);
        const bias1 = v128.load(bias + c, VECTOR);
        let c00 = bias0;
        let c01 = bias1;
        let c10 = bias0;
        let c11 = bias1;
        let c20 = bias0;
        let c21 = bias1;
        let c30 = bias0;
        let c31 = bias1;
        for (let line = 0; line < 3; line++) {
          let a = corner + <usize>line * rowBytes;
          const end = a + 3 * PIXEL;
          do {
            const b0 = v128.load(b);
            const b1 = v128.load(b, VECTOR);
            const a0 = v128.load32_splat(a);
            c00 = multiplyAdd(a0, b0, c00);
            c01 = multiplyAdd(a0, b1, c01);
            const a1 = v128.load32_splat(a, PIXEL);
            c10 = multiplyAdd(a1, b0, c10);
            c11 = multiplyAdd(a1, b1, c11);
            const a2 = v128.load32_splat(a, 2 * PIXEL);
            c20 = multiplyAdd(a2, b0, c20);
            c21 = multiplyAdd(a2, b1, c21);
            const a3 = v128.load32_splat(a, 3 * PIXEL);
            c30 = multiplyAdd(a3, b0, c30);
            c31 = multiplyAdd(a3, b1, c31);
            a += 4;
            b += OCTET;
          } while (a < end);
        }
        store(to, c00, c01);
        store(to + outBytes, c10, c11);
        store(to + 2 * outBytes, c20, c21);
        store(to + 3 * outBytes, c30, c31);
        to += OCTET;
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function store(to: usize, a: v128, b: v128): void {
  v128.store(to, relu(a));
  v128.store(to, relu(b), VECTOR);
}

/** 2×2 max-pool, where the first layer is the only one of its block. */
export function pool(x: usize, height: i32, width: i32, channels: i32, y: usize): void {
  const pixel = <usize>channels << 2;
  const below = <usize>width * pixel;
  for (let row = 0; row + 2 <= height; row += 2) {
    for (let column = 0; column + 2 <= width; column += 2) {
      const four = x + <usize>(row * width + column) * pixel;
      for (let c: usize = 0; c < pixel; c += VECTOR) {
        const from = four + c;
        const top = f32x4.pmax(v128.load(from), v128.load(from + pixel));
        const bottom = f32x4.pmax(v128.load(from + below), v128.load(from + below + pixel));
        v128.store(y, f32x4.pmax(top, bottom));
        y += VECTOR;
      }
    }
  }
}
