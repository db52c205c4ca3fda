/**
 * Σ weight × code for each row, eight products an instruction. The caller has scaled the weights so that no sum
 * overflows 32 bits. Weights are padded with zeros to whole registers of 16 codes, so it does not matter which bytes
 * follow the codes of a row.
 */

// @ts-ignore: decorator
@inline
export function across(sum: v128): i32 {
  const two = i32x4.add(sum, v128.shuffle<i32>(sum, sum, 2, 3, 0, 1));
  return i32x4.extract_lane(two, 0) + i32x4.extract_lane(two, 1);
}

// @ts-ignore: decorator
@inline
export function addProducts(sum: v128, codes: usize, weights: v128): v128 {
  return i32x4.add(sum, i32x4.dot_i16x8_s(v128.load_ext<i8>(codes), weights));
}

/**
 * @param codes i8 [rows]
 * @param weights i16 [columns]
 * @param stride bytes from a row to the next
 * @param columns a multiple of 16
 * @param out i32 [rows]
 */
export function sums8(
  codes: usize,
  weights: usize,
  rows: i32,
  stride: usize,
  columns: i32,
  out: usize,
): void {
  const end = weights + (<usize>columns << 1);
  for (; rows > 0; rows--) {
    let low = i32x4.splat(0);
    let high = i32x4.splat(0);
    let row = codes;
    for (let weight = weights; weight < end; weight += 32) {
      low = addProducts(low, row, v128.load(weight));
      high = addProducts(high, row + 8, v128.load(weight, 16));
      row += 16;
    }
    store<i32>(out, across(i32x4.add(low, high)));
    codes += stride;
    out += 4;
  }
}

/**
 * @param codes i16 [rows]
 * @param columns a multiple of 16
 */
export function sums16(
  codes: usize,
  weights: usize,
  rows: i32,
  stride: usize,
  columns: i32,
  out: usize,
): void {
  const end = weights + (<usize>columns << 1);
  for (; rows > 0; rows--) {
    let low = i32x4.splat(0);
    let high = i32x4.splat(0);
    let row = codes;
    for (let weight = weights; weight < end; weight += 32) {
      low = i32x4.add(low, i32x4.dot_i16x8_s(v128.load(row), v128.load(weight)));
      high = i32x4.add(high, i32x4.dot_i16x8_s(v128.load(row, 16), v128.load(weight, 16)));
      row += 32;
    }
    store<i32>(out, across(i32x4.add(low, high)));
    codes += stride;
    out += 4;
  }
}
