/** The writing side of rans.ts. */
import { RANS, type RansTables } from './rans.ts';

/**
 * @param values rows × length symbols, each with a frequency above 0 in its row's table
 * @param tableOf the table index of each row
 */
export function encodeRans(
  values: Int8Array | Int16Array,
  { lowest, symbols, frequencies }: RansTables,
  tableOf: Uint8Array,
): Uint16Array {
  const length = values.length / tableOf.length;
  const start = new Uint32Array(frequencies.length);
  for (let i = 1; i < start.length; i++) {
    if (i % symbols !== 0) start[i] = (start[i - 1] as number) + (frequencies[i - 1] as number);
  }
  const states = new Array<number>(RANS.states).fill(RANS.low);
  // Backwards, because rANS is last in, first out. A symbol takes one word at most.
  const words = new Uint16Array(2 * RANS.states + values.length);
  let at = words.length;
  for (let row = tableOf.length - 1; row >= 0; row--) {
    const base = (tableOf[row] as number) * symbols;
    for (let i = length - 1; i >= 0; i--) {
      const index = base + (values[row * length + i] as number) - lowest;
      const frequency = frequencies[index] as number;
      let x = states[i % RANS.states] as number;
      if (x >= (RANS.low / RANS.total) * frequency * 0x10000) {
        words[--at] = x & 0xffff;
        x >>>= 16;
      }
      states[i % RANS.states] =
        Math.floor(x / frequency) * RANS.total + (x % frequency) + (start[index] as number);
    }
  }
  for (const x of states.reverse()) {
    words[--at] = x >>> 16;
    words[--at] = x & 0xffff;
  }
  return words.slice(at);
}

/**
 * Integers proportional to the counts that add up to 2^14; a symbol that occurs gets at least 1.
 * @param counts at least one must be above 0, and at most 2^14 may be
 */
export function frequenciesOf(counts: ArrayLike<number>): Uint16Array {
  const list = Array.from(counts);
  const sum = list.reduce((a, b) => a + b, 0);
  const out = list.map((n) => (n === 0 ? 0 : Math.max(1, Math.round((n / sum) * RANS.total))));
  // Rounding errors are absorbed by the most frequent symbol, where they matter least.
  let rest = RANS.total - out.reduce((a, b) => a + b, 0);
  while (rest !== 0) {
    const most = out.indexOf(Math.max(...out));
    const part =
      Math.sign(rest) * Math.min(Math.abs(rest), Math.max(1, (out[most] as number) >> 4));
    out[most] = (out[most] as number) + part;
    rest -= part;
  }
  return Uint16Array.from(out);
}
