/**
 * Σ weight × code for each row, eight products an instruction. The caller has scaled the weights so that no sum
 * overflows 32 bits. Rows are padded to whole registers of 16 bytes, with zeros in codes and weights.
 */

// @ts-ignore: decorator
@inline
function across(sum: v128): i32 {
  const two = i32x4.add(sum, i8x16.shuffle(sum, sum, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  return i32x4.extract_lane(two, 0) + i32x4.extract_lane(two, 1);
}

/**
 * @param codes i8 [rows][columns]
 * @param weights i16 [columns]
 * @param columns a multiple of 16
 * @param out i32 [rows]
 */
export function sums8(codes: usize, weights: usize, rows: i32, columns: i32, out: usize): void {
  const end = weights + (<usize>columns << 1);
  for (let row = 0; row < rows; row++) {
    let low = i32x4.splat(0);
    let high = i32x4.splat(0);
    for (let weight = weights; weight < end; weight += 32) {
      const code = v128.load(codes);
      low = i32x4.add(low, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(code), v128.load(weight)));
      high = i32x4.add(high, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(code), v128.load(weight, 16)));
      codes += 16;
    }
    store<i32>(out, across(i32x4.add(low, high)));
    out += 4;
  }
}

/**
 * @param codes i16 [rows][columns]
 * @param columns a multiple of 16
 */
export function sums16(codes: usize, weights: usize, rows: i32, columns: i32, out: usize): void {
  const end = weights + (<usize>columns << 1);
  for (let row = 0; row < rows; row++) {
    let low = i32x4.splat(0);
    let high = i32x4.splat(0);
    for (let weight = weights; weight < end; weight += 32) {
      low = i32x4.add(low, i32x4.dot_i16x8_s(v128.load(codes), v128.load(weight)));
      high = i32x4.add(high, i32x4.dot_i16x8_s(v128.load(codes, 16), v128.load(weight, 16)));
      codes += 32;
    }
    store<i32>(out, across(i32x4.add(low, high)));
    out += 4;
  }
}
