/**
 * The rows with the largest sums, of equal ones the first. Few rows get as far as the heap: eight sums at a time are
 * compared with the least in it.
 *
 *     sums       i32 [rows, padded to 8]    above the smallest number of 32 bits
 *     accepts    u8 [rows, padded to 8]     0 for rows that are left out, else 1; without a filter the offset is 0
 *     heap       u64 [most]                 sum << 32 | ~row, the least on top; at the end all of them, the largest first
 */

/**
 * @param least rows with smaller sums are left out
 * @returns rows that are not left out
 */
export function best(
  sums: usize,
  rows: i32,
  accepts: usize,
  least: i32,
  heap: usize,
  most: i32,
): i32 {
  const leasts = i32x4.splat(least);
  let total = 0;
  let size = 0;
  let worst = i32.MIN_VALUE;
  for (let row = 0; row < rows; row += 8, sums += 32) {
    let wanted = rows - row < 8 ? (1 << (rows - row)) - 1 : 255;
    // A bit for each byte that is not 0.
    if (accepts != 0) {
      const bytes = v128.load64_zero(accepts + row);
      wanted &= i8x16.bitmask(i8x16.ne(bytes, i8x16.splat(0)));
      if (wanted == 0) continue;
    }
    const low = v128.load(sums);
    const high = v128.load(sums, 16);
    wanted &= bitsOf(i32x4.ge_s(low, leasts), i32x4.ge_s(high, leasts));
    total += popcnt(wanted);
    const bar = i32x4.splat(worst);
    wanted &= bitsOf(i32x4.gt_s(low, bar), i32x4.gt_s(high, bar));
    for (; wanted != 0; wanted &= wanted - 1) {
      const lane = ctz(wanted);
      const sum = load<i32>(sums + (<usize>lane << 2));
      // The row before may have raised the least sum in the heap.
      if (sum <= worst) continue;
      const key = (<i64>sum << 32) | <i64>(<u32>~(row + lane));
      if (size < most) rise(heap, size++, key);
      else sink(heap, size, key);
      if (size == most) worst = load<i32>(heap, 4);
    }
  }
  while (size > 1) {
    const end = heap + (<usize>--size << 3);
    const key = load<i64>(end);
    store<i64>(end, load<i64>(heap));
    sink(heap, size, key);
  }
  return total;
}

// @ts-ignore: decorator
@inline
function bitsOf(low: v128, high: v128): i32 {
  return i32x4.bitmask(low) | (i32x4.bitmask(high) << 4);
}

/** Adds a key to a heap of `size` keys. */
function rise(heap: usize, size: i32, key: i64): void {
  let at = size;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const other = load<i64>(heap + (<usize>parent << 3));
    if (other < key) break;
    store<i64>(heap + (<usize>at << 3), other);
    at = parent;
  }
  store<i64>(heap + (<usize>at << 3), key);
}

/** Replaces the key on top. */
function sink(heap: usize, size: i32, key: i64): void {
  let at = 0;
  for (let child = 1; child < size; child = 2 * at + 1) {
    let less = load<i64>(heap + (<usize>child << 3));
    if (child + 1 < size) {
      const right = load<i64>(heap + (<usize>child << 3), 8);
      if (right < less) {
        less = right;
        child++;
      }
    }
    if (key < less) break;
    store<i64>(heap + (<usize>at << 3), less);
    at = child;
  }
  store<i64>(heap + (<usize>at << 3), key);
}
