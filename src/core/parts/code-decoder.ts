import { damagedCodes } from '../codes/code-rows.ts';
import { ransTablesOf } from '../codes/row-codes.ts';
import { sumCodes } from '../codes/score.ts';
import { type CodeTables, isOneByte, tableOfColumns } from '../codes/tables.ts';
import { decodeRans, lookUpOf, type RansLookUp, type RansTables } from '../model/rans.ts';
import { damaged } from './shard-files.ts';

export type CodeArray = Int8Array | Int16Array;

/** Real codes take more than a bit each. A forged file cannot make a reader allocate more than this for each word. */
const MAX_CODES_OF_A_WORD = 1024;
const FREE_CODES = 1 << 20;

/** @throws SoutuError `BundleError` if this many codes cannot be in a stream */
export function checkCodeCount(codes: number, stream: Uint16Array, where: string): void {
  if (codes <= FREE_CODES + MAX_CODES_OF_A_WORD * stream.length) return;
  throw damaged(where, `${stream.length} words are too few for ${codes} codes`);
}

/** Decodes and scans the codes of one layer of an index in parts: in WebAssembly, or here in plain JavaScript. */
export interface LayerCodes {
  readonly columns: number;
  /**
   * @returns rows × columns
   * @throws SoutuError `BundleError`
   */
  decode(stream: Uint16Array, rows: number, where: string): CodeArray;
  /**
   * Σ weight × code of each row.
   * @param codes rows × columns
   * @returns valid until the next call of either
   */
  sums(codes: CodeArray, weights: Int16Array): Int32Array;
}

export class CodeDecoder implements LayerCodes {
  readonly columns: number;
  readonly #tables: RansTables;
  readonly #tableOf: Uint8Array<ArrayBuffer>;
  readonly #isOneByte: boolean;
  /** Made for the first stream. */
  #look: RansLookUp | null = null;

  constructor(tables: CodeTables) {
    this.#tables = ransTablesOf(tables);
    this.#tableOf = tableOfColumns(tables);
    this.#isOneByte = isOneByte(tables);
    this.columns = this.#tableOf.length;
  }

  decode(stream: Uint16Array, rows: number, where: string): CodeArray {
    const { columns } = this;
    checkCodeCount(columns * rows, stream, where);
    this.#look ??= lookUpOf(this.#tables);
    const byColumn = decodeRans(
      stream,
      this.#tables,
      this.#tableOf,
      rows,
      new Int16Array(columns * rows),
      this.#look,
    );
    if (!byColumn) throw damagedCodes(where);
    const codes = new (this.#isOneByte ? Int8Array : Int16Array)(byColumn.length);
    for (let c = 0, from = 0; c < columns; c++) {
      for (let row = 0, to = c; row < rows; row++, to += columns) {
        codes[to] = byColumn[from++] as number;
      }
    }
    return codes;
  }
  sums(codes: CodeArray, weights: Int16Array): Int32Array {
    const sums = new Int32Array(codes.length / this.columns);
    sumCodes(codes, weights, sums);
    return sums;
  }
}
