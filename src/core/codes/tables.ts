/**
 * The tables of frequencies that codes are compressed with. Columns of similar spread share one of at most 32 tables,
 * and the columns of one table are neighbours, so that a decoder needs one table at a time. A table has a frequency
 * for every code in its range, seen or not: photos of later builds fit into it, and codes beyond it are clipped. Bytes:
 *
 *     tables         varint
 *     each table     columns    varint                   how many columns in a row it is for
 *                    lowest     varint, zigzag           the first code of its range
 *                    symbols    varint                   codes in its range
 *                    frequencies, which sum up to 2^14   varint each; after each 1 the count of further ones
 *
 * A varint has seven bits a byte, the low ones first; the top bit says that more follow. Zigzag: 0, −1, 1, −2 … are 0,
 * 1, 2, 3 ….
 */
import { SoutuError } from '../errors.ts';
import { MAX_SYMBOL, RANS } from '../model/rans.ts';
import { putVarint, VarintReader } from '../varint.ts';

export const MAX_TABLES = 32;

export interface CodeTable {
  /** Columns in a row that it is for. */
  readonly columns: number;
  /** The code that symbol 0 represents. */
  readonly lowest: number;
  /** One for each code from `lowest` on, each at least 1, with the sum 2^14. */
  readonly frequencies: Uint16Array;
}

export type CodeTables = readonly CodeTable[];

export const highestOf = ({ lowest, frequencies }: CodeTable) => lowest + frequencies.length - 1;

/** Whether all codes fit into one byte each. */
export function isOneByte(tables: CodeTables): boolean {
  return tables.every((table) => table.lowest >= -128 && highestOf(table) <= 127);
}

/** The table of each column. */
export function tableOfColumns(tables: CodeTables): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(tables.flatMap(({ columns }, t) => new Array<number>(columns).fill(t)));
}

export function writeTables(tables: CodeTables): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  const put = (n: number) => putVarint(bytes, n);
  put(tables.length);
  for (const { columns, lowest, frequencies } of tables) {
    put(columns);
    put(lowest < 0 ? -2 * lowest - 1 : 2 * lowest);
    put(frequencies.length);
    for (let i = 0; i < frequencies.length; i++) {
      put(frequencies[i] as number);
      if (frequencies[i] !== 1) continue;
      const from = i;
      while (frequencies[i + 1] === 1) i++;
      put(i - from);
    }
  }
  return Uint8Array.from(bytes);
}

/**
 * @param columns that the tables are for
 * @throws SoutuError `BundleError`
 */
export function readTables(bytes: Uint8Array, columns: number, where: string): CodeTables {
  const bad = (what: string): never => {
    throw new SoutuError('BundleError', `${where}: ${what} Build the bundle again.`);
  };
  const reader = new VarintReader(bytes);
  const next = (): number => {
    const value = reader.next();
    return value < 0 ? bad('its tables are cut short or damaged.') : value;
  };
  const count = next();
  if (count < 1 || count > MAX_TABLES) bad(`it has ${count} tables, expected 1 to ${MAX_TABLES}.`);
  const tables = Array.from({ length: count }, (_, t): CodeTable => {
    const own = next();
    const zigzag = next();
    const lowest = zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
    const symbols = next();
    if (lowest < -MAX_SYMBOL || symbols < 1 || lowest + symbols - 1 > MAX_SYMBOL) {
      bad(
        `table ${t} is for ${symbols} codes from ${lowest} on, expected codes from ${-MAX_SYMBOL} to ${MAX_SYMBOL}.`,
      );
    }
    const frequencies = new Uint16Array(symbols);
    let sum = 0;
    for (let i = 0; i < symbols; ) {
      const frequency = next();
      const end = i + 1 + (frequency === 1 ? next() : 0);
      if (frequency < 1 || end > symbols) bad(`table ${t} is damaged.`);
      sum += frequency * (end - i);
      frequencies.fill(frequency, i, end);
      i = end;
    }
    if (sum !== RANS.total)
      bad(`the frequencies of table ${t} sum up to ${sum}, not ${RANS.total}.`);
    return { columns: own, lowest, frequencies };
  });
  const own = tables.reduce((sum, table) => sum + table.columns, 0);
  if (own !== columns) bad(`its tables are for ${own} columns, expected ${columns}.`);
  if (!reader.isAtEnd) bad(`${reader.left} bytes follow its tables.`);
  return tables;
}
