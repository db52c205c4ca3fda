/** Decoded codes of a catalogue, and the sums of all rows for a query: in WebAssembly, or here in plain JavaScript. */
import { SoutuError } from '../errors.ts';
import { decodeRans } from '../model/rans.ts';
import { ransTablesOf } from './row-codes.ts';
import { sumCodes } from './score.ts';
import { type CodeTables, isOneByte, tableOfColumns } from './tables.ts';

export interface CodeRows {
  readonly rows: number;
  readonly columns: number;
  /** Bytes in memory. */
  readonly bytes: number;
  /**
   * Decodes the codes of a file into rows `first` to `first + rows`.
   * @param where the file's name, for errors
   * @throws SoutuError `BundleError` if the stream is damaged
   */
  fill(stream: Uint16Array, first: number, rows: number, where: string): void;
  /**
   * Σ weight × code for each row.
   * @param weights of a `CodeQuery`
   * @returns valid until the next call
   */
  sums(weights: Int16Array): Int32Array;
  /** Σ weight × code of one row at a time; valid until the next call of either. */
  sumOf(weights: Int16Array): (row: number) => number;
  /** A copy of the codes of a row. */
  codesOf(row: number): Int16Array;
  /** Gives back the memory that only filling needs. */
  trim(): Promise<void>;
}

export function damagedCodes(where: string): SoutuError {
  return new SoutuError('BundleError', `${where}: its codes are damaged. Build the bundle again.`);
}

export class PlainCodeRows implements CodeRows {
  readonly rows: number;
  readonly columns: number;
  readonly #tables: CodeTables;
  readonly #codes: Int8Array | Int16Array;
  readonly #sums: Int32Array;

  constructor(tables: CodeTables, rows: number) {
    this.rows = rows;
    this.columns = tables.reduce((sum, { columns }) => sum + columns, 0);
    this.#tables = tables;
    this.#codes = new (isOneByte(tables) ? Int8Array : Int16Array)(rows * this.columns);
    this.#sums = new Int32Array(rows);
  }

  get bytes(): number {
    return this.#codes.byteLength + this.#sums.byteLength;
  }

  fill(stream: Uint16Array, first: number, rows: number, where: string): void {
    const { columns } = this;
    const tableOf = tableOfColumns(this.#tables);
    const out = new Int16Array(columns * rows);
    const byColumn = decodeRans(stream, ransTablesOf(this.#tables), tableOf, rows, out);
    if (!byColumn) throw damagedCodes(where);
    for (let c = 0, from = 0; c < columns; c++) {
      for (let row = 0, to = first * columns + c; row < rows; row++, to += columns) {
        this.#codes[to] = byColumn[from++] as number;
      }
    }
  }

  sums(weights: Int16Array): Int32Array {
    sumCodes(this.#codes, weights, this.#sums);
    return this.#sums;
  }

  sumOf(weights: Int16Array): (row: number) => number {
    const { columns } = this;
    const one = this.#sums.subarray(0, 1);
    return (row) => {
      sumCodes(this.#codes.subarray(row * columns, (row + 1) * columns), weights, one);
      return one[0] as number;
    };
  }

  codesOf(row: number): Int16Array {
    return Int16Array.from(this.#codes.subarray(row * this.columns, (row + 1) * this.columns));
  }

  async trim(): Promise<void> {
    // Nothing is left of it.
  }
}
