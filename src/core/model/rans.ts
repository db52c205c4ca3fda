/**
 * Static range asymmetric numeral systems (rANS; Duda 2013, arXiv 1311.2540). A symbol with frequency f out of 2^14
 * costs 14 − log₂ f bits; decoding it takes a table lookup and a multiplication. Four interleaved states let the
 * processor decode four symbols in parallel (Giesen 2014, arXiv 1402.3392).
 *
 *     symbols  a b c d e f g h i …        of one row (an output channel), with its frequency table
 *     state    0 1 2 3 0 1 2 3 0 …        restarts with 0 at each row
 *
 *     stream   u16 words: 4 × 2 words with the states (low, high), then the words that a state reads when it
 *              falls below 2^15, in decoding order
 *
 * A state is in the range 2^15 … 2^31 − 1, so it fits into a 32-bit integer. At the end of the stream, all states must
 * equal 2^15 and all words must have been read; otherwise the stream is damaged.
 */

export const RANS = {
  /** The frequencies of a table sum to 2^bits. */
  bits: 14,
  total: 1 << 14,
  /** Lower bound of a state. */
  low: 1 << 15,
  states: 4,
} as const;

/** The largest symbols, and so the most of a table. */
export const MAX_SYMBOL = 2047;

export interface RansTables {
  /** The integer that symbol 0 represents. */
  readonly lowest: number;
  /** Number of symbols. */
  readonly symbols: number;
  /** tables × symbols, each row's sum 2^14 */
  readonly frequencies: Uint16Array;
}

/** Tables as decoders look symbols up; it takes longer to make than a small stream to decode. */
export interface RansLookUp {
  readonly symbolAt: Uint8Array | Uint16Array;
  readonly frequency: Int32Array;
  readonly start: Int32Array;
}

/**
 * @param rows number of rows, each with `length` symbols
 * @param tableOf the table of each row
 * @param out receives rows × length symbols, and decides how large they may be
 * @param look of the tables, if many streams share them
 * @returns `out`; null if the stream is damaged or a table is invalid
 */
export function decodeRans<T extends Int8Array | Int16Array>(
  stream: Uint16Array,
  tables: RansTables,
  tableOf: Uint8Array,
  length: number,
  out: T,
  look: RansLookUp | null = lookUpOf(tables, out.BYTES_PER_ELEMENT === 1 ? 128 : MAX_SYMBOL + 1),
): T | null {
  const count = tables.frequencies.length / tables.symbols;
  if (!look || stream.length < 2 * RANS.states || tableOf.some((t) => t >= count)) return null;
  const { symbolAt, frequency, start } = look;
  const mask = RANS.total - 1;
  const { symbols, lowest } = tables;
  const word = (i: number) => stream[i] as number;
  const first = (s: number) => (word(2 * s) | (word(2 * s + 1) << 16)) & 0x7fffffff;
  let a = first(0);
  let b = first(1);
  let c = first(2);
  let d = first(3);
  let next: number = 2 * RANS.states;
  const whole = length - (length % RANS.states);
  for (let row = 0, at = 0; row < tableOf.length; row++) {
    const slots = (tableOf[row] as number) << RANS.bits;
    const base = (tableOf[row] as number) * symbols;
    const end = at + whole;
    while (at < end) {
      let slot = a & mask;
      let symbol = symbolAt[slots + slot] as number;
      let index = base + symbol;
      a = Math.imul(frequency[index] as number, a >>> RANS.bits) + slot - (start[index] as number);
      if (a < RANS.low) a = (a << 16) | (stream[next++] as number);
      out[at] = symbol + lowest;

      slot = b & mask;
      symbol = symbolAt[slots + slot] as number;
      index = base + symbol;
      b = Math.imul(frequency[index] as number, b >>> RANS.bits) + slot - (start[index] as number);
      if (b < RANS.low) b = (b << 16) | (stream[next++] as number);
      out[at + 1] = symbol + lowest;

      slot = c & mask;
      symbol = symbolAt[slots + slot] as number;
      index = base + symbol;
      c = Math.imul(frequency[index] as number, c >>> RANS.bits) + slot - (start[index] as number);
      if (c < RANS.low) c = (c << 16) | (stream[next++] as number);
      out[at + 2] = symbol + lowest;

      slot = d & mask;
      symbol = symbolAt[slots + slot] as number;
      index = base + symbol;
      d = Math.imul(frequency[index] as number, d >>> RANS.bits) + slot - (start[index] as number);
      if (d < RANS.low) d = (d << 16) | (stream[next++] as number);
      out[at + 3] = symbol + lowest;
      at += RANS.states;
    }
    // The last symbols of the row, at most three: the states are rotated, then rotated back.
    for (let i = whole; i < length; i++) {
      const slot = a & mask;
      const symbol = symbolAt[slots + slot] as number;
      const index = base + symbol;
      a = Math.imul(frequency[index] as number, a >>> RANS.bits) + slot - (start[index] as number);
      if (a < RANS.low) a = (a << 16) | (stream[next++] as number);
      out[at++] = symbol + lowest;
      [a, b, c, d] = [b, c, d, a];
    }
    const rotated = length - whole;
    if (rotated === 1) [a, b, c, d] = [d, a, b, c];
    else if (rotated === 2) [a, b, c, d] = [c, d, a, b];
    else if (rotated === 3) [a, b, c, d] = [b, c, d, a];
  }
  const isBack = a === RANS.low && b === RANS.low && c === RANS.low && d === RANS.low;
  return isBack && next === stream.length ? out : null;
}

/**
 * The symbol of every slot, and the frequency and first slot of every symbol, table by table.
 * @param limit of the symbols
 * @returns null if a table is invalid
 */
export function lookUpOf(
  { frequencies, symbols, lowest }: RansTables,
  limit = MAX_SYMBOL + 1,
): RansLookUp | null {
  const count = frequencies.length / symbols;
  // The table index of a row is one byte.
  if (!Number.isInteger(count) || count > 256) return null;
  if (lowest < -limit || lowest + symbols > limit) return null;
  const symbolAt = new (symbols > 256 ? Uint16Array : Uint8Array)(count * RANS.total);
  const frequency = Int32Array.from(frequencies);
  const start = new Int32Array(frequencies.length);
  for (let table = 0; table < count; table++) {
    let from = 0;
    for (let s = 0; s < symbols; s++) {
      const index = table * symbols + s;
      const to = from + (frequency[index] as number);
      if (to > RANS.total) return null;
      start[index] = from;
      symbolAt.fill(s, table * RANS.total + from, table * RANS.total + to);
      from = to;
    }
    if (from !== RANS.total) return null;
  }
  return { symbolAt, frequency, start };
}
