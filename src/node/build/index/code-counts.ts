/** How often each code occurs in a column. */
import { MAX_SYMBOL } from '../../../core/model/rans.ts';

/** `counts[code + MAX_SYMBOL]`; nearly all of them are zero. */
export type Counts = Uint32Array;

export const newCounts = (columns: number): Counts[] =>
  Array.from({ length: columns }, () => new Uint32Array(2 * MAX_SYMBOL + 1));

/** @param codes rows × columns of `counts` */
export function addCodes(counts: readonly Counts[], codes: Int16Array): void {
  for (let i = 0; i < codes.length; ) {
    for (const own of counts) {
      const at = (codes[i++] as number) + MAX_SYMBOL;
      own[at] = (own[at] as number) + 1;
    }
  }
}

/** The first code that occurs, and the one after the last; both are zero if none does. */
export function rangeOf(counts: Counts): [first: number, end: number] {
  let first = 0;
  while (first < counts.length && counts[first] === 0) first++;
  if (first === counts.length) return [0, 0];
  let end = counts.length;
  while (counts[end - 1] === 0) end--;
  return [first, end];
}

export function sumOf(columns: readonly Counts[]): Counts {
  const sum = new Uint32Array(2 * MAX_SYMBOL + 1);
  for (const own of columns) {
    const [first, end] = rangeOf(own);
    for (let i = first; i < end; i++) sum[i] = (sum[i] as number) + (own[i] as number);
  }
  return sum;
}

/** Bits of a code on average. */
export function entropyOf(counts: Counts): number {
  const [first, end] = rangeOf(counts);
  let total = 0;
  for (let i = first; i < end; i++) total += counts[i] as number;
  let sum = 0;
  for (let i = first; i < end; i++) {
    const n = counts[i] as number;
    if (n > 0) sum -= (n / total) * Math.log2(n / total);
  }
  return sum;
}
