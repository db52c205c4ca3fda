/**
 * Ascending whole numbers, as Golomb-Rice codes of their differences (Rice & Plaunt 1971): 5 bits with the parameter p,
 * then for each number the difference less 1 as (difference >> p) ones, a zero, and p low bits. The lowest bit of a byte
 * comes first. Random positions take about 1.5 bits more than log₂ of their mean distance.
 */

/** @param positions ascending, without repetitions */
export function writePositions(positions: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  let bits = 0;
  const put = (bit: number) => {
    if (bits % 8 === 0) bytes.push(0);
    const at = bytes.length - 1;
    bytes[at] = (bytes[at] as number) | (bit << (bits % 8));
    bits++;
  };
  const last = positions.length > 0 ? (positions[positions.length - 1] as number) : 0;
  const mean = (last + 1) / Math.max(1, positions.length);
  const p = Math.max(0, Math.min(31, Math.floor(Math.log2(mean * Math.LN2))));
  for (let i = 0; i < 5; i++) put((p >> i) & 1);
  let before = -1;
  for (let i = 0; i < positions.length; i++) {
    const rest = (positions[i] as number) - before - 1;
    before = positions[i] as number;
    for (let high = Math.floor(rest / 2 ** p); high > 0; high--) put(1);
    put(0);
    for (let bit = 0; bit < p; bit++) put(Math.floor(rest / 2 ** bit) % 2);
  }
  return Uint8Array.from(bytes);
}

/**
 * @param limit all positions are below it
 * @returns null if the bytes are damaged
 */
export function readPositions(
  bytes: Uint8Array,
  count: number,
  limit: number,
): Uint32Array<ArrayBuffer> | null {
  let bits = 0;
  const end = 8 * bytes.length;
  const next = () => {
    const bit = ((bytes[bits >> 3] as number) >> (bits & 7)) & 1;
    bits++;
    return bit;
  };
  // Each takes a bit at least. A forged number would take memory.
  if (count > end - 5) return null;
  let p = 0;
  for (let i = 0; i < 5; i++) p |= next() << i;
  const out = new Uint32Array(count);
  let before = -1;
  for (let i = 0; i < count; i++) {
    let high = 0;
    let bit = 1;
    while (bits < end) {
      bit = next();
      if (bit === 0) break;
      high++;
    }
    if (bit === 1 || bits + p > end) return null;
    let rest = high * 2 ** p;
    for (let low = 0; low < p; low++) rest += next() * 2 ** low;
    before += rest + 1;
    if (before >= limit) return null;
    out[i] = before;
  }
  return out;
}
