/**
 * Decodes columns of codes that share a table (core/model/rans.ts): column after column in the stream, row after row in
 * memory. All offsets are in bytes.
 *
 *     state     4 × u32 states, then u32 offset of the next word
 *     look      u16 [2^14]       the symbol of each slot
 *     tables    u32 [symbols]    frequency << 16 | first slot
 *     out       i8 or i16 [rows][stride / size]; this column first
 *
 * Without a check of its end: of a damaged stream at most one word a symbol is read beyond it, which the caller has to
 * allow for.
 */

const BITS = 14;
const MASK: u32 = (1 << BITS) - 1;
const LOW: u32 = 1 << 15;

/**
 * @param size bytes of a code, 1 or 2
 * @param lowest the code of symbol 0
 * @param last offset after the last word; a column that ends beyond it is the last to be decoded
 */
export function decode(
  state: usize,
  columns: i32,
  rows: i32,
  look: usize,
  tables: usize,
  lowest: i32,
  out: usize,
  stride: i32,
  size: i32,
  last: usize,
): void {
  let a = load<u32>(state);
  let b = load<u32>(state, 4);
  let c = load<u32>(state, 8);
  let d = load<u32>(state, 12);
  let word = <usize>load<u32>(state, 16);
  for (let column = 0; column < columns; column++) {
    if (word > last) break;
    let to = out;
    let row = 0;
    for (; row + 4 <= rows; row += 4) {
      let slot = a & MASK;
      let symbol = <u32>load<u16>(look + (<usize>slot << 1));
      let entry = load<u32>(tables + (<usize>symbol << 2));
      a = (entry >>> 16) * (a >>> BITS) + slot - (entry & 0xffff);
      if (a < LOW) {
        a = (a << 16) | <u32>load<u16>(word);
        word += 2;
      }
      put(to, size, <i32>symbol + lowest);
      to += stride;

      slot = b & MASK;
      symbol = <u32>load<u16>(look + (<usize>slot << 1));
      entry = load<u32>(tables + (<usize>symbol << 2));
      b = (entry >>> 16) * (b >>> BITS) + slot - (entry & 0xffff);
      if (b < LOW) {
        b = (b << 16) | <u32>load<u16>(word);
        word += 2;
      }
      put(to, size, <i32>symbol + lowest);
      to += stride;

      slot = c & MASK;
      symbol = <u32>load<u16>(look + (<usize>slot << 1));
      entry = load<u32>(tables + (<usize>symbol << 2));
      c = (entry >>> 16) * (c >>> BITS) + slot - (entry & 0xffff);
      if (c < LOW) {
        c = (c << 16) | <u32>load<u16>(word);
        word += 2;
      }
      put(to, size, <i32>symbol + lowest);
      to += stride;

      slot = d & MASK;
      symbol = <u32>load<u16>(look + (<usize>slot << 1));
      entry = load<u32>(tables + (<usize>symbol << 2));
      d = (entry >>> 16) * (d >>> BITS) + slot - (entry & 0xffff);
      if (d < LOW) {
        d = (d << 16) | <u32>load<u16>(word);
        word += 2;
      }
      put(to, size, <i32>symbol + lowest);
      to += stride;
    }
    // The last rows, at most three: the states are rotated, then rotated back.
    const rest = rows - row;
    for (; row < rows; row++) {
      const slot = a & MASK;
      const symbol = <u32>load<u16>(look + (<usize>slot << 1));
      const entry = load<u32>(tables + (<usize>symbol << 2));
      let x = (entry >>> 16) * (a >>> BITS) + slot - (entry & 0xffff);
      if (x < LOW) {
        x = (x << 16) | <u32>load<u16>(word);
        word += 2;
      }
      put(to, size, <i32>symbol + lowest);
      to += stride;
      a = b;
      b = c;
      c = d;
      d = x;
    }
    for (let i = rest; i > 0; i--) {
      const x = d;
      d = c;
      c = b;
      b = a;
      a = x;
    }
    out += size;
  }
  store<u32>(state, a);
  store<u32>(state, b, 4);
  store<u32>(state, c, 8);
  store<u32>(state, d, 12);
  store<u32>(state, <u32>word, 16);
}

// @ts-ignore: decorator
@inline
function put(to: usize, size: i32, code: i32): void {
  if (size == 1) store<i8>(to, <i8>code);
  else store<i16>(to, <i16>code);
}
