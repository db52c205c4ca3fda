/**
 * A query in the basis of the codes: the products of core/codes/score.ts in the same order, to the bit. Even places of a
 * column are added up in one lane, odd ones in the other; four columns at a time.
 */

// @ts-ignore: decorator
@inline
function add(sum: v128, numbers: v128, x: v128): v128 {
  return f64x2.add(sum, f64x2.mul(f64x2.convert_low_i32x4_s(numbers), x));
}

// @ts-ignore: decorator
@inline
function high(numbers: v128): v128 {
  return v128.shuffle<i64>(numbers, numbers, 1, 0);
}

// @ts-ignore: decorator
@inline
function both(sum: v128): f64 {
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/**
 * @param basis i8 [columns][length]
 * @param query f64 [length]
 * @param columns a multiple of 4
 * @param length a multiple of 4
 * @param out f64 [columns]
 */
export function rotate(basis: usize, query: usize, columns: i32, length: i32, out: usize): void {
  const end = query + (<usize>length << 3);
  for (let column = 0; column < columns; column += 4) {
    let a = f64x2.splat(0);
    let b = f64x2.splat(0);
    let c = f64x2.splat(0);
    let d = f64x2.splat(0);
    for (let at = query; at < end; at += 32, basis += 4) {
      const x = v128.load(at);
      const y = v128.load(at, 16);
      const a4 = four(basis);
      a = add(add(a, a4, x), high(a4), y);
      const b4 = four(basis + length);
      b = add(add(b, b4, x), high(b4), y);
      const c4 = four(basis + 2 * length);
      c = add(add(c, c4, x), high(c4), y);
      const d4 = four(basis + 3 * length);
      d = add(add(d, d4, x), high(d4), y);
    }
    basis += 3 * length;
    store<f64>(out, both(a));
    store<f64>(out, both(b), 8);
    store<f64>(out, both(c), 16);
    store<f64>(out, both(d), 24);
    out += 32;
  }
}

/** Four numbers of 8 bits as i32. */
// @ts-ignore: decorator
@inline
function four(at: usize): v128 {
  return i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(v128.load32_zero(at)));
}
