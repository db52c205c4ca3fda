/**
 * The one-dimensional transforms of Winograd's minimal filtering (Lavin & Gray 2015, arXiv 1509.09308,
 * sections 4.1 and 4.3), each on four channels at a time, from memory to memory. A two-dimensional transform
 * runs them down the columns and then along the rows.
 *
 *     F(4×4, 3×3), side 6                                F(2×2, 3×3), side 4
 *
 *     Bᵀ  4  0 -5  0  1  0     Aᵀ  1  1  1  1  1  0      Bᵀ  1  0 -1  0    Aᵀ  1  1  1  0
 *         0 -4 -4  1  1  0         0  1 -1  2 -2  0          0  1  1  0        0  1 -1 -1
 *         0  4 -4 -1  1  0         0  1  1  4  4  0          0 -1  1  0
 *         0 -2 -1  2  1  0         0  1 -1  8 -8  1          0  1  0 -1
 *         0  2 -1 -2  1  0
 *         0  4  0 -5  0  1     G   1/4   0    0          G   1    0    0
 *                                 -1/6 -1/6 -1/6             1/2  1/2  1/2
 *                                 -1/6  1/6 -1/6             1/2 -1/2  1/2
 *                                 1/24 1/12  1/6             0    0    1
 *                                 1/24 -1/12 1/6
 *                                   0    0    1
 */
import { multiplyAdd } from './vector';

/** Bᵀ d: 6 numbers of a patch, or 4. */
// @ts-ignore: decorator
@inline
export function inputTransform(side: i32, from: usize, step: usize, to: usize, stride: usize): void {
  const d0 = v128.load(from);
  const d1 = v128.load(from + step);
  const d2 = v128.load(from + 2 * step);
  const d3 = v128.load(from + 3 * step);
  if (side == 4) {
    v128.store(to, f32x4.sub(d0, d2));
    v128.store(to + stride, f32x4.add(d1, d2));
    v128.store(to + 2 * stride, f32x4.sub(d2, d1));
    v128.store(to + 3 * stride, f32x4.sub(d1, d3));
    return;
  }
  const d4 = v128.load(from + 4 * step);
  const d5 = v128.load(from + 5 * step);
  const even = multiplyAdd(f32x4.splat(-4), d2, d4);
  const odd = multiplyAdd(f32x4.splat(-4), d1, d3);
  const evenHalf = f32x4.sub(d4, d2);
  const oddHalf = f32x4.mul(f32x4.splat(2), f32x4.sub(d3, d1));
  const last = multiplyAdd(f32x4.splat(-5), d3, d5);
  v128.store(to, multiplyAdd(f32x4.splat(4), d0, multiplyAdd(f32x4.splat(-5), d2, d4)));
  v128.store(to + stride, f32x4.add(even, odd));
  v128.store(to + 2 * stride, f32x4.sub(even, odd));
  v128.store(to + 3 * stride, f32x4.add(evenHalf, oddHalf));
  v128.store(to + 4 * stride, f32x4.sub(evenHalf, oddHalf));
  v128.store(to + 5 * stride, multiplyAdd(f32x4.splat(4), d1, last));
}

/** Aᵀ m: 4 outputs from 6 products, or 2 from 4. */
// @ts-ignore: decorator
@inline
export function outputTransform(side: i32, from: usize, step: usize, to: usize, stride: usize): void {
  const m0 = v128.load(from);
  const m1 = v128.load(from + step);
  const m2 = v128.load(from + 2 * step);
  const m3 = v128.load(from + 3 * step);
  const sum = f32x4.add(m1, m2);
  const difference = f32x4.sub(m1, m2);
  if (side == 4) {
    v128.store(to, f32x4.add(m0, sum));
    v128.store(to + stride, f32x4.sub(difference, m3));
    return;
  }
  const m4 = v128.load(from + 4 * step);
  const m5 = v128.load(from + 5 * step);
  const sum2 = f32x4.add(m3, m4);
  const difference2 = f32x4.sub(m3, m4);
  v128.store(to, f32x4.add(f32x4.add(m0, sum), sum2));
  v128.store(to + stride, multiplyAdd(f32x4.splat(2), difference2, difference));
  v128.store(to + 2 * stride, multiplyAdd(f32x4.splat(4), sum2, sum));
  const last = f32x4.add(difference, m5);
  v128.store(to + 3 * stride, multiplyAdd(f32x4.splat(8), difference2, last));
}

/** G g: 6 numbers from 3 weights, or 4. */
// @ts-ignore: decorator
@inline
export function weightTransform(side: i32, from: usize, step: usize, to: usize, stride: usize): void {
  const g0 = v128.load(from);
  const g1 = v128.load(from + step);
  const g2 = v128.load(from + 2 * step);
  const outer = f32x4.add(g0, g2);
  if (side == 4) {
    const half = f32x4.splat(0.5);
    v128.store(to, g0);
    v128.store(to + stride, f32x4.mul(half, f32x4.add(outer, g1)));
    v128.store(to + 2 * stride, f32x4.mul(half, f32x4.sub(outer, g1)));
    v128.store(to + 3 * stride, g2);
    return;
  }
  const sixth = f32x4.splat(-1.0 / 6);
  const outer2 = multiplyAdd(f32x4.splat(1.0 / 24), g0, f32x4.mul(f32x4.splat(1.0 / 6), g2));
  const inner2 = f32x4.mul(f32x4.splat(1.0 / 12), g1);
  v128.store(to, f32x4.mul(f32x4.splat(0.25), g0));
  v128.store(to + stride, f32x4.mul(sixth, f32x4.add(outer, g1)));
  v128.store(to + 2 * stride, f32x4.mul(sixth, f32x4.sub(outer, g1)));
  v128.store(to + 3 * stride, f32x4.add(outer2, inner2));
  v128.store(to + 4 * stride, f32x4.sub(outer2, inner2));
  v128.store(to + 5 * stride, g2);
}
