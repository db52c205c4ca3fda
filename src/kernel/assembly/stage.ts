/**
 * The plain weights of eight output channels, as a file holds them, become f32, channel beside channel:
 *
 *     raw     8 scales f32 · [8 outputs][in × 9 taps] f32, f16 or int8
 *     staged  [in × 9 taps][8 outputs] f32
 */

const OCTET: usize = 32;
/** Bytes of the scales. */
const SCALES: usize = 32;

const F32 = 4;
const F16 = 2;
const I8 = 1;

/**
 * Squares of 4 outputs × 4 numbers, turned; the last overlaps the one before.
 * @param size bytes of a number
 * @param perOutput at least 4
 * @returns 0 where a number is NaN or infinite
 */
// @ts-ignore: decorator
@inline
function stage(size: i32, raw: usize, perOutput: i32, staged: usize): i32 {
  const step = <usize>(perOutput * size);
  const exponent = i32x4.splat(0x7f800000);
  let bad = i32x4.splat(0);
  for (let output: usize = 0; output < 8; output += 4) {
    const row = raw + SCALES + output * step;
    const scales = raw + (output << 2);
    for (let at = 0; at < perOutput; at += 4) {
      const i = min(at, perOutput - 4);
      const from = row + <usize>(i * size);
      const a = f32x4.mul(four(size, from), v128.load32_splat(scales));
      const b = f32x4.mul(four(size, from + step), v128.load32_splat(scales, 4));
      const c = f32x4.mul(four(size, from + 2 * step), v128.load32_splat(scales, 8));
      const d = f32x4.mul(four(size, from + 3 * step), v128.load32_splat(scales, 12));
      const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
      const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
      const ab2 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
      const cd2 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
      const to = staged + <usize>i * OCTET + output * 4;
      v128.store(to, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
      v128.store(to + OCTET, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
      v128.store(to + 2 * OCTET, v128.shuffle<f32>(ab2, cd2, 0, 1, 4, 5));
      v128.store(to + 3 * OCTET, v128.shuffle<f32>(ab2, cd2, 2, 3, 6, 7));
      bad = v128.or(bad, i32x4.eq(v128.and(a, exponent), exponent));
      bad = v128.or(bad, i32x4.eq(v128.and(b, exponent), exponent));
      bad = v128.or(bad, i32x4.eq(v128.and(c, exponent), exponent));
      bad = v128.or(bad, i32x4.eq(v128.and(d, exponent), exponent));
    }
  }
  return v128.any_true(bad) ? 0 : 1;
}

// @ts-ignore: decorator
@inline
function four(size: i32, from: usize): v128 {
  if (size == F32) return v128.load(from);
  if (size == I8) {
    const words = i16x8.extend_low_i8x16_s(v128.load32_zero(from));
    return f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(words));
  }
  // Exponent and fraction move to their places in f32, whose bias is larger by 112; subnormal numbers come right, too.
  const half = i32x4.extend_low_i16x8_u(v128.load64_zero(from));
  const magnitude = i32x4.shl(v128.and(half, i32x4.splat(0x7fff)), 13);
  const value = f32x4.mul(magnitude, i32x4.splat(0x77800000));
  const sign = i32x4.shl(v128.and(half, i32x4.splat(0x8000)), 16);
  const all = i32x4.splat(0x7c00);
  const isNotFinite = i32x4.eq(v128.and(half, all), all);
  return v128.or(v128.or(value, sign), isNotFinite);
}

export function stageF32(raw: usize, perOutput: i32, staged: usize): i32 {
  return stage(F32, raw, perOutput, staged);
}

export function stageF16(raw: usize, perOutput: i32, staged: usize): i32 {
  return stage(F16, raw, perOutput, staged);
}

export function stageI8(raw: usize, perOutput: i32, staged: usize): i32 {
  return stage(I8, raw, perOutput, staged);
}
