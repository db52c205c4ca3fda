/** Assigns columns to a few tables of frequencies: columns of similar spread share one. */
import type { CodeTable } from '../../../core/codes/tables.ts';
import { MAX_TABLES, writeTables } from '../../../core/codes/tables.ts';
import { MAX_SYMBOL, RANS } from '../../../core/model/rans.ts';
import { frequenciesOf } from '../../../core/model/rans-encode.ts';
import { type Counts, entropyOf, rangeOf, sumOf } from './code-counts.ts';

export interface SharedTables {
  readonly tables: readonly Omit<CodeTable, 'columns'>[];
  /** The table of each column. */
  readonly tableOf: readonly number[];
}

const CHOICES = [1, 4, 12, MAX_TABLES] as const;
const ROUNDS = 10;
/** Counts as if each code of a range had occurred this often. */
const FLOOR = 1e-3;

/** Takes as many tables as cost the fewest bytes for `rows` rows. */
export function shareTables(counts: readonly Counts[], rows: number): SharedTables {
  const sampled = (counts[0] as Counts).reduce((a, b) => a + b, 0);
  let best: { bytes: number; shared: SharedTables } | null = null;
  for (const number of CHOICES) {
    if (number > counts.length) break;
    const shared = share(counts, number);
    const bits = counts.reduce((sum, own, c) => {
      const table = shared.tables[shared.tableOf[c] as number] as CodeTable;
      return sum + bitsIn(own, table);
    }, 0);
    const own = writeTables(shared.tables.map((table) => ({ ...table, columns: 1 }))).length;
    const bytes = (bits / 8) * (rows / sampled) + own;
    if (!best || bytes < best.bytes) best = { bytes, shared };
  }
  return (best as { shared: SharedTables }).shared;
}

/** Takes over which columns share a table, with the frequencies of other counts; ranges stay. */
export function refresh(
  { tables, tableOf }: SharedTables,
  counts: readonly Counts[],
): SharedTables {
  return {
    tableOf,
    tables: tables.map(({ lowest, frequencies }, t) => {
      const sum = sumOf(counts.filter((_, c) => tableOf[c] === t));
      const from = lowest + MAX_SYMBOL;
      return { lowest, frequencies: smoothed(sum.subarray(from, from + frequencies.length)) };
    }),
  };
}

/** Bits of each code of a table. */
export const bitsOfTable = ({ frequencies }: Pick<CodeTable, 'frequencies'>) =>
  Float32Array.from(frequencies, (frequency) => RANS.bits - Math.log2(frequency));

function bitsIn(counts: Counts, table: Omit<CodeTable, 'columns'>): number {
  const bits = bitsOfTable(table);
  let sum = 0;
  for (let i = 0; i < bits.length; i++) {
    sum += (counts[table.lowest + MAX_SYMBOL + i] as number) * (bits[i] as number);
  }
  return sum;
}

/** k-means with bits as the distance, starting from the columns in order of their entropy. */
function share(counts: readonly Counts[], number: number): SharedTables {
  const [first, end] = rangeOf(sumOf(counts));
  const ranges = counts.map(rangeOf);
  const entropies = counts.map(entropyOf);
  const order = [...counts.keys()].sort(
    (a, b) => (entropies[a] as number) - (entropies[b] as number),
  );
  let tableOf = new Array<number>(counts.length).fill(0);
  order.forEach((c, rank) => {
    tableOf[c] = Math.floor((rank * number) / order.length);
  });
  for (let round = 0; number > 1 && round < ROUNDS; round++) {
    const costs = Array.from({ length: number }, (_, t) => {
      const sum = new Float64Array(end - first).fill(FLOOR);
      counts.forEach((own, c) => {
        if (tableOf[c] !== t) return;
        const [low, high] = ranges[c] as readonly [number, number];
        for (let i = low; i < high; i++) {
          sum[i - first] = (sum[i - first] as number) + (own[i] as number);
        }
      });
      const whole = sum.reduce((a, b) => a + b, 0);
      return sum.map((n) => -Math.log2(n / whole));
    });
    const next = counts.map((own, c) => {
      const [low, high] = ranges[c] as readonly [number, number];
      let best = 0;
      let least = Number.POSITIVE_INFINITY;
      costs.forEach((bits, t) => {
        let cost = 0;
        for (let i = low; i < high; i++) cost += (own[i] as number) * (bits[i - first] as number);
        if (cost < least) {
          least = cost;
          best = t;
        }
      });
      return best;
    });
    const isSame = next.every((t, c) => t === tableOf[c]);
    tableOf = next;
    if (isSame) break;
  }
  const used = [...new Set(tableOf)].sort((a, b) => a - b);
  tableOf = tableOf.map((t) => used.indexOf(t));
  const tables = used.map((_, t) => {
    const sum = sumOf(counts.filter((_, c) => tableOf[c] === t));
    const [low, high] = widened(sum);
    const from = low + MAX_SYMBOL;
    return { lowest: low, frequencies: smoothed(sum.subarray(from, from + high - low + 1)) };
  });
  return { tables, tableOf };
}

/** Every code has a frequency. */
const smoothed = (counts: Counts) => frequenciesOf(Array.from(counts, (n) => 1000 * n + 1));

/**
 * The range of a table: the codes seen, and room for those of later photos. Codes that fit into a byte stay so, because
 * two bytes take twice the memory and time.
 */
function widened(counts: Counts): [lowest: number, highest: number] {
  const [first, end] = rangeOf(counts);
  const [lowest, highest] = [first - MAX_SYMBOL, end - 1 - MAX_SYMBOL];
  const room = Math.max(2, Math.ceil(Math.max(-lowest, highest) / 4));
  const limit = (reach: number) => (reach <= 127 ? 127 : MAX_SYMBOL);
  return [Math.max(lowest - room, -limit(-lowest)), Math.min(highest + room, limit(highest))];
}
