/**
 * The matrix products of Winograd's algorithm, one for each frequency:
 *
 *     M[f] [tiles × out]  =  V[f] [tiles × in]  ·  U[f] [in × out]
 *
 * In registers lie 4 tiles × 8 output channels: 8 sums, 2 vectors of weights and 1 broadcast number are 11 of
 * the 16 registers that x64 has; larger blocks spill in Node 20. Operands are laid out in the order of reading:
 *
 *     V [f][tiles / 4][in / 8][4 tiles][8 channels]
 *     U [f][out / 8][in][8 channels]
 *     M [f][out / 8][tiles][8 channels]
 */
import { multiplyAdd, VECTOR } from './vector';

/** Bytes of 8 channels. */
const OCTET: usize = 32;

/**
 * @param groups tiles / 4, rounded up; rows that no tile fills give numbers that are not read
 * @param inputs a multiple of 8, as `outputs`
 */
export function multiply(
  v: usize,
  u: usize,
  m: usize,
  frequencies: i32,
  groups: i32,
  inputs: i32,
  outputs: i32,
): void {
  const panelBytes = <usize>inputs * OCTET;
  const groupBytes = <usize>inputs * VECTOR;
  const panels = outputs >> 3;
  for (let f = 0; f < frequencies; f++) {
    for (let panel = 0; panel < panels; panel++) {
      let a = v;
      for (let group = 0; group < groups; group++) {
        tile4x8(a, u, m, groupBytes);
        a += groupBytes;
        m += 4 * OCTET;
      }
      u += panelBytes;
    }
    v += groupBytes * groups;
  }
}

// @ts-ignore: decorator
@inline
function tile4x8(a: usize, b: usize, out: usize, groupBytes: usize): void {
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0);
  let c31 = f32x4.splat(0);
  const end = a + groupBytes;
  do {
    const octetEnd = a + OCTET;
    do {
      const b0 = v128.load(b);
      const b1 = v128.load(b, VECTOR);
      const a0 = v128.load32_splat(a);
      c00 = multiplyAdd(a0, b0, c00);
      c01 = multiplyAdd(a0, b1, c01);
      const a1 = v128.load32_splat(a, OCTET);
      c10 = multiplyAdd(a1, b0, c10);
      c11 = multiplyAdd(a1, b1, c11);
      const a2 = v128.load32_splat(a, 2 * OCTET);
      c20 = multiplyAdd(a2, b0, c20);
      c21 = multiplyAdd(a2, b1, c21);
      const a3 = v128.load32_splat(a, 3 * OCTET);
      c30 = multiplyAdd(a3, b0, c30);
      c31 = multiplyAdd(a3, b1, c31);
      a += 4;
      b += OCTET;
    } while (a < octetEnd);
    a += 3 * OCTET;
  } while (a < end);
  v128.store(out, c00);
  v128.store(out, c01, VECTOR);
  v128.store(out, c10, OCTET);
  v128.store(out, c11, OCTET + VECTOR);
  v128.store(out, c20, 2 * OCTET);
  v128.store(out, c21, 2 * OCTET + VECTOR);
  v128.store(out, c30, 3 * OCTET);
  v128.store(out, c31, 3 * OCTET + VECTOR);
}
