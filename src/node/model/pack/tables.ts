/** Assigns the rows of a tensor to a few tables of frequencies: rows of similar spread share one. */
import { RANS, type RansTables } from '../../../core/model/rans.ts';
import { frequenciesOf } from '../../../core/model/rans-encode.ts';

const CHOICES = [1, 2, 4, 8, 16] as const;
const ROUNDS = 4;

export interface Sorted {
  readonly tables: RansTables;
  readonly tableOf: Uint8Array;
}

/** @param values rows × length numbers from −127 to 127 */
export function sortRows(values: Int8Array, rows: number): Sorted {
  const lowest = values.reduce((a, b) => Math.min(a, b));
  const symbols = values.reduce((a, b) => Math.max(a, b)) - lowest + 1;
  const counts = countsOf(values, rows, lowest, symbols);
  let best: { bits: number; sorted: Sorted } | null = null;
  for (const tables of CHOICES) {
    if (tables > rows) break;
    const sorted = sortInto(tables, counts, lowest);
    const bits = bitsOf(sorted, counts) + sorted.tables.frequencies.length * 16;
    if (!best || bits < best.bits) best = { bits, sorted };
  }
  return (best as { sorted: Sorted }).sorted;
}

function countsOf(values: Int8Array, rows: number, lowest: number, symbols: number) {
  const length = values.length / rows;
  return Array.from({ length: rows }, (_, row) => {
    const counts = new Uint32Array(symbols);
    for (const value of values.subarray(row * length, (row + 1) * length)) {
      counts[value - lowest] = (counts[value - lowest] as number) + 1;
    }
    return counts;
  });
}

/** k-means with bits as the distance, starting from the rows in order of their spread. */
function sortInto(tables: number, counts: readonly Uint32Array[], lowest: number): Sorted {
  const symbols = counts[0]?.length ?? 0;
  const spread = counts.map((c) => c.reduce((sum, n, s) => sum + n * Math.abs(s + lowest), 0));
  const order = spread
    .map((_, i) => i)
    .sort((a, b) => (spread[a] as number) - (spread[b] as number));
  let tableOf = new Uint8Array(counts.length);
  order.forEach((row, rank) => {
    tableOf[row] = Math.floor((rank * tables) / order.length);
  });
  let frequencies = tablesOf(tableOf, tables, counts, symbols);
  for (let round = 0; tables > 1 && round < ROUNDS; round++) {
    const costs = costsOf(frequencies);
    const next = Uint8Array.from(counts, (row) => cheapest(row, costs, tables));
    // A table that lost all its rows would have no frequencies.
    if (new Set(next).size < tables) break;
    tableOf = next;
    frequencies = tablesOf(tableOf, tables, counts, symbols);
  }
  return { tables: { lowest, symbols, frequencies }, tableOf };
}

function tablesOf(
  tableOf: Uint8Array,
  tables: number,
  counts: readonly Uint32Array[],
  symbols: number,
): Uint16Array {
  const out = new Uint16Array(tables * symbols);
  for (let table = 0; table < tables; table++) {
    const sum = new Uint32Array(symbols);
    counts.forEach((row, r) => {
      if (tableOf[r] !== table) return;
      row.forEach((n, s) => {
        sum[s] = (sum[s] as number) + n;
      });
    });
    out.set(frequenciesOf(sum), table * symbols);
  }
  return out;
}

/** Bits of each symbol; a symbol without a frequency costs more than any table could. */
const costsOf = (frequencies: Uint16Array) =>
  Float64Array.from(frequencies, (f) => (f === 0 ? 1e6 : RANS.bits - Math.log2(f)));

function rowCost(row: Uint32Array, costs: Float64Array, table: number): number {
  let bits = 0;
  const base = table * row.length;
  for (let s = 0; s < row.length; s++) bits += (row[s] as number) * (costs[base + s] as number);
  return bits;
}

function cheapest(row: Uint32Array, costs: Float64Array, tables: number): number {
  let best = 0;
  for (let table = 1; table < tables; table++) {
    if (rowCost(row, costs, table) < rowCost(row, costs, best)) best = table;
  }
  return best;
}

function bitsOf({ tables, tableOf }: Sorted, counts: readonly Uint32Array[]): number {
  const costs = costsOf(tables.frequencies);
  return counts.reduce((sum, row, r) => sum + rowCost(row, costs, tableOf[r] as number), 0);
}
