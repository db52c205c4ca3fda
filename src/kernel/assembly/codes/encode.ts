/**
 * Chooses the codes of vectors so that scores stay right for few bits (rate-distortion optimisation). With e the error
 * of a vector in the basis, the codes minimise, by coordinate descent,
 *
 *     Σ over columns W e²  +  (u · e)²  +  rate × bits
 *
 * W is how much likely queries vary in a column. u is the direction of a likely query: an error along it changes the
 * scores that matter (anisotropic loss: Guo et al. 2020, arXiv 1908.10396). Arithmetic is in doubles and in one order, so
 * that codes are the same on every machine.
 *
 *     x         f32 [rows][stride]      vectors in the basis
 *     origin    f32 [rows][stride]      what u depends on: x itself, or the whole vectors if x is what a coarser layer left
 *     columns   [count] of 32 bytes:    f32 step, W, mean of u, slope of u (u = mean + slope × origin); i32 lowest, highest;
 *                                       u32 offset of bits; i32 unused
 *     bits      f32 [highest − lowest + 1] for each column
 *     errors    f64 [count][2]          scratch: e and u
 *     codes     i16 [rows][count]
 */

const COLUMN: usize = 32;
/** Later passes change next to nothing. */
const PASSES = 3;

export function encode(
  x: usize,
  origin: usize,
  rows: i32,
  count: i32,
  stride: i32,
  columns: usize,
  rate: f64,
  errors: usize,
  codes: usize,
): void {
  const end = columns + <usize>count * COLUMN;
  for (let row = 0; row < rows; row++) {
    let along: f64 = 0;
    let from = x;
    let whole = origin;
    let to = codes;
    let error = errors;
    for (let column = columns; column < end; column += COLUMN) {
      const value = load<f32>(from);
      const step = load<f32>(column);
      const code = nearestCode(column, value, step);
      const e = <f64>code * <f64>step - <f64>value;
      const u = <f64>load<f32>(column, 8) + <f64>load<f32>(column, 12) * <f64>load<f32>(whole);
      store<i16>(to, <i16>code);
      store<f64>(error, e);
      store<f64>(error, u, 8);
      along += u * e;
      from += 4;
      whole += 4;
      to += 2;
      error += 16;
    }
    for (let pass = 0; pass < PASSES; pass++) {
      let changed = false;
      from = x;
      to = codes;
      error = errors;
      for (let column = columns; column < end; column += COLUMN) {
        const value = load<f32>(from);
        const step = load<f32>(column);
        const weight = <f64>load<f32>(column, 4);
        const lowest = load<i32>(column, 16);
        const highest = load<i32>(column, 20);
        const bits = <usize>load<u32>(column, 24);
        const u = load<f64>(error, 8);
        const others = along - u * load<f64>(error);
        const middle = nearestCode(column, value, step);
        let low = max(middle - 1, lowest);
        let high = min(middle + 1, highest);
        // A small code may as well be zero, which costs the fewest bits.
        if (low > 0 && low <= 2) low = max(0, lowest);
        if (high < 0 && high >= -2) high = min(0, highest);
        const before = <i32>load<i16>(to);
        let best = before;
        let least = Infinity;
        let bestError: f64 = load<f64>(error);
        for (let code = low; code <= high; code++) {
          const e = <f64>code * <f64>step - <f64>value;
          const sum = others + u * e;
          const cost =
            weight * e * e +
            sum * sum +
            rate * <f64>load<f32>(bits + (<usize>(code - lowest) << 2));
          if (cost < least) {
            least = cost;
            best = code;
            bestError = e;
          }
        }
        if (best != before) {
          changed = true;
          store<i16>(to, <i16>best);
          store<f64>(error, bestError);
        }
        along = others + u * bestError;
        from += 4;
        to += 2;
        error += 16;
      }
      if (!changed) break;
    }
    x += <usize>stride << 2;
    origin += <usize>stride << 2;
    codes += <usize>count << 1;
  }
}

// @ts-ignore: decorator
@inline
function nearestCode(column: usize, value: f32, step: f32): i32 {
  const code = <i32>nearest(value / step);
  return max(load<i32>(column, 16), min(load<i32>(column, 20), code));
}
