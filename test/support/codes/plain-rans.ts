/**
 * Decodes a rANS stream by the text of src/core/model/rans.ts alone, in plain arithmetic of large integers: an oracle for the
 * decoders, with which it shares no code.
 */
import type { CodeTables } from '../../../src/core/codes/tables.ts';

/** @returns columns × rows */
export function plainCodes(stream: Uint16Array, tables: CodeTables, rows: number): number[] {
  const words = Array.from(stream, BigInt);
  const states = [0, 1, 2, 3].map(
    (i) => (words[2 * i] as bigint) + ((words[2 * i + 1] as bigint) << 16n),
  );
  let at = 8;
  const out: number[] = [];
  for (const { columns, lowest, frequencies } of tables) {
    for (let column = 0; column < columns; column++) {
      for (let row = 0; row < rows; row++) {
        const x = states[row % 4] as bigint;
        const slot = Number(x % 16384n);
        let symbol = 0;
        let start = 0;
        while (slot >= start + (frequencies[symbol] as number)) {
          start += frequencies[symbol++] as number;
        }
        let next = BigInt(frequencies[symbol] as number) * (x / 16384n) + BigInt(slot - start);
        if (next < 32768n) next = (next << 16n) + (words[at++] as bigint);
        states[row % 4] = next;
        out.push(lowest + symbol);
      }
    }
  }
  if (at !== words.length || states.some((x) => x !== 32768n)) {
    throw new Error(
      `${words.length - at} words are left, and the states are ${states.join(', ')}.`,
    );
  }
  return out;
}
