/** Arithmetic that only builds need: products of matrices, codes, and the sums that judge them. */

import { EngineError } from '../../core/errors.ts';
import { decodeBase64 } from '../../core/text.ts';
import { MAX_PAGES, PAGE_BYTES, type WasmMemory, wasm } from '../wasm.ts';
import { BINARY } from './build-binary.ts';

/** The exports of assembly/codes/build.ts. Offsets and sizes are in bytes. */
interface BuildExports {
  products(
    ...args: [a: number, b: number, rows: number, outputs: number, length: number, out: number]
  ): void;
  encode(
    ...args: [
      x: number,
      origin: number,
      rows: number,
      count: number,
      stride: number,
      columns: number,
      rate: number,
      errors: number,
      codes: number,
    ]
  ): void;
  sums16(
    ...args: [
      codes: number,
      weights: number,
      rows: number,
      stride: number,
      columns: number,
      out: number,
    ]
  ): void;
}

/** What the encoder knows of a column. */
export interface ColumnCost {
  readonly step: number;
  /** How much likely queries vary in this column beyond what they share with the photo. */
  readonly weight: number;
  /** A likely query has `mean + slope × the photo's number`. */
  readonly mean: number;
  readonly slope: number;
  /** The code that `bits[0]` is for. */
  readonly lowest: number;
  /** Bits of each code; codes beyond are never chosen. */
  readonly bits: Float32Array;
}

const COLUMN_BYTES = 32;

const padded = (n: number, to: number) => Math.ceil(n / to) * to;

export class CodeMaker {
  readonly #memory: WasmMemory;
  readonly #exports: BuildExports;

  private constructor(memory: WasmMemory, exports: BuildExports) {
    this.#memory = memory;
    this.#exports = exports;
  }

  /** @throws EngineError without WebAssembly and its SIMD */
  static async create(): Promise<CodeMaker> {
    if (!wasm) throw new EngineError('Codes are made with WebAssembly, which is missing here.');
    const memory = new wasm.Memory({ initial: 1, maximum: MAX_PAGES });
    const module = await wasm.compile(decodeBase64(BINARY));
    const { exports } = await wasm.instantiate(module, { env: { memory } });
    return new CodeMaker(memory, exports as BuildExports);
  }

  /**
   * All dot products of the rows of `a` with those of `b`, in f32.
   * @param a rows × length
   * @param b outputs × length
   * @returns rows × outputs
   */
  products(a: Float32Array, b: Float32Array, length: number): Float32Array<ArrayBuffer> {
    const rows = a.length / length;
    const outputs = b.length / length;
    const wide = padded(length, 4);
    const height = padded(rows, 2);
    const width = padded(outputs, 4);
    const bAt = 4 * height * wide;
    const outAt = bAt + 4 * width * wide;
    this.#reserve(outAt + 4 * height * width);
    this.#put(0, a, rows, length, wide, height);
    this.#put(bAt, b, outputs, length, wide, width);
    this.#exports.products(0, bAt, height, width, wide, outAt);
    const out = new Float32Array(rows * outputs);
    const all = new Float32Array(this.#memory.buffer, outAt, height * width);
    for (let row = 0; row < rows; row++) {
      out.set(all.subarray(row * width, row * width + outputs), row * outputs);
    }
    return out;
  }

  /**
   * @param x rows × columns: vectors in the basis
   * @param origin rows × columns: the whole vectors, if `x` is what a coarser layer left of them
   * @returns rows × columns
   */
  encode(
    x: Float32Array,
    columns: readonly ColumnCost[],
    rate: number,
    origin = x,
  ): Int16Array<ArrayBuffer> {
    const count = columns.length;
    const rows = x.length / count;
    const originAt = origin === x ? 0 : padded(x.byteLength, 16);
    const columnsAt = originAt + padded(x.byteLength, 16);
    const bitsAt = columnsAt + COLUMN_BYTES * count;
    const bits = columns.reduce((sum, column) => sum + column.bits.length, 0);
    const errorsAt = padded(bitsAt + 4 * bits, 16);
    const codesAt = errorsAt + 16 * count;
    this.#reserve(codesAt + 2 * rows * count);
    const { buffer } = this.#memory;
    new Float32Array(buffer, 0, x.length).set(x);
    if (originAt > 0) new Float32Array(buffer, originAt, x.length).set(origin);
    let at = bitsAt;
    columns.forEach(({ step, weight, mean, slope, lowest, bits: own }, c) => {
      const offset = columnsAt + c * COLUMN_BYTES;
      new Float32Array(buffer, offset, 4).set([step, weight, mean, slope]);
      new Int32Array(buffer, offset + 16, 3).set([lowest, lowest + own.length - 1, at]);
      new Float32Array(buffer, at, own.length).set(own);
      at += own.byteLength;
    });
    this.#exports.encode(0, originAt, rows, count, count, columnsAt, rate, errorsAt, codesAt);
    return new Int16Array(buffer, codesAt, rows * count).slice();
  }

  /**
   * Σ weight × code of each row, for each query.
   * @param codes rows × columns
   * @param queries weights of `CodeQuery`s
   * @param visit receives the sums of a query; valid during the call
   */
  sums(
    codes: Int16Array,
    queries: readonly Int16Array[],
    visit: (query: number, sums: Int32Array) => void,
  ): void {
    const columns = queries[0]?.length ?? 0;
    if (columns === 0) return;
    const rows = codes.length / columns;
    const wide = padded(columns, 16);
    const weightsAt = 2 * rows * wide;
    const sumsAt = weightsAt + 2 * wide;
    this.#reserve(sumsAt + 4 * rows);
    const { buffer } = this.#memory;
    const all = new Int16Array(buffer, 0, rows * wide).fill(0);
    for (let row = 0; row < rows; row++) {
      all.set(codes.subarray(row * columns, (row + 1) * columns), row * wide);
    }
    const weights = new Int16Array(buffer, weightsAt, wide).fill(0);
    const sums = new Int32Array(buffer, sumsAt, rows);
    queries.forEach((own, query) => {
      weights.set(own);
      this.#exports.sums16(0, weightsAt, rows, 2 * wide, wide, sumsAt);
      visit(query, sums);
    });
  }

  #put(at: number, from: Float32Array, rows: number, length: number, wide: number, height: number) {
    const all = new Float32Array(this.#memory.buffer, at, height * wide);
    if (wide === length) {
      all.set(from);
      return;
    }
    all.fill(0);
    for (let row = 0; row < rows; row++) {
      all.set(from.subarray(row * length, (row + 1) * length), row * wide);
    }
  }

  #reserve(bytes: number): void {
    const missing = Math.ceil((bytes - this.#memory.buffer.byteLength) / PAGE_BYTES);
    if (missing > 0) this.#memory.grow(missing);
  }
}
