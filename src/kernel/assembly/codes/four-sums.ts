import { across, addProducts, sums8 } from './sums';

/** `sums8`, four rows at a time, which share the loads of the weights. */
export function fourSums8(
  codes: usize,
  weights: usize,
  rows: i32,
  stride: usize,
  columns: i32,
  out: usize,
): void {
  const end = weights + (<usize>columns << 1);
  for (; rows >= 4; rows -= 4) {
    let a = i32x4.splat(0);
    let b = i32x4.splat(0);
    let c = i32x4.splat(0);
    let d = i32x4.splat(0);
    let row0 = codes;
    let row1 = row0 + stride;
    let row2 = row1 + stride;
    let row3 = row2 + stride;
    codes = row3 + stride;
    for (let weight = weights; weight < end; weight += 32) {
      const low = v128.load(weight);
      a = addProducts(a, row0, low);
      b = addProducts(b, row1, low);
      c = addProducts(c, row2, low);
      d = addProducts(d, row3, low);
      const high = v128.load(weight, 16);
      a = addProducts(a, row0 + 8, high);
      b = addProducts(b, row1 + 8, high);
      c = addProducts(c, row2 + 8, high);
      d = addProducts(d, row3 + 8, high);
      row0 += 16;
      row1 += 16;
      row2 += 16;
      row3 += 16;
    }
    store<i32>(out, across(a));
    store<i32>(out, across(b), 4);
    store<i32>(out, across(c), 8);
    store<i32>(out, across(d), 12);
    out += 16;
  }
  sums8(codes, weights, rows, stride, columns, out);
}
