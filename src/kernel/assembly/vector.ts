/** Four channels in one register; what the two builds of the kernel differ in. */

export const LANES = 4;
/** Bytes of a register. */
export const VECTOR = 16;

/**
 * a × b + c. With relaxed SIMD one fused instruction, whose rounding depends on the processor; without it
 * two, which round alike everywhere.
 */
// @ts-ignore: decorator
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD
    ? f32x4.relaxed_madd(a, b, c)
    : f32x4.add(f32x4.mul(a, b), c);
}

/** max(x, 0); NaN stays NaN, so that it is noticed at the end. */
// @ts-ignore: decorator
@inline
export function relu(x: v128): v128 {
  return f32x4.pmax(x, f32x4.splat(0));
}
