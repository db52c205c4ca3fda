/**
 * Codes in WebAssembly memory:
 *
 *     ┌──────────────────────────────────┬─────────┬──────────────────────────────────┐
 *     │ codes [rows][columns, padded]    │ weights │ sums [rows]                      │
 *     └──────────────────────────────────┴─────────┼───────┬──────┬────────┬──────────┤
 *                                    while filling │ state │ look │ table  │ stream … │
 *                                                  └───────┴──────┴────────┴──────────┘
 *
 * Codes are bytes wherever that takes less memory than 16 bits: a column with codes beyond a byte then has several columns in
 * memory, whose codes add up to its own. All of them have its weight, so that sums stay the same.
 */
import type { CodeRows } from '../../core/codes/code-rows.ts';
import { damagedCodes } from '../../core/codes/code-rows.ts';
import { type CodeTable, type CodeTables, highestOf } from '../../core/codes/tables.ts';
import { RANS } from '../../core/model/rans.ts';
import { decodeBase64 } from '../../core/text.ts';
import { MAX_PAGES, PAGE_BYTES, type WasmMemory, type WasmModule, wasm } from '../wasm.ts';
import { BINARY } from './search-binary.ts';
import type { SearchExports } from './search-exports.ts';

/** Codes of a register. */
const PAD = 16;
const STATE_BYTES = 32;
const LOOK_BYTES = 2 * RANS.total;

const aligned = (bytes: number) => Math.ceil(bytes / 16) * 16;

/** Null without WebAssembly or its SIMD, or if there is too little memory: `PlainCodeRows` then gives the same sums. */
export async function createWasmCodeRows(
  tables: CodeTables,
  rows: number,
): Promise<WasmCodeRows | null> {
  if (!wasm) return null;
  try {
    const layout = layoutOf(tables, rows);
    const initial = Math.ceil(layout.end / PAGE_BYTES);
    const memory = new wasm.Memory({ initial, maximum: MAX_PAGES });
    const module = await wasm.compile(decodeBase64(BINARY));
    const instance = await wasm.instantiate(module, { env: { memory } });
    return new WasmCodeRows(tables, layout, memory, instance.exports as SearchExports, module);
  } catch {
    return null;
  }
}

export interface CodeLayout {
  readonly rows: number;
  readonly columns: number;
  /** Bytes of a code. */
  readonly size: 1 | 2;
  /** How many columns in memory a column has, table by table. */
  readonly parts: readonly number[];
  /** Columns of a row in memory. */
  readonly padded: number;
  /** Offsets in bytes. */
  readonly weights: number;
  readonly sums: number;
  readonly end: number;
}

function layoutOf(tables: CodeTables, rows: number): CodeLayout {
  const columns = tables.reduce((sum, table) => sum + table.columns, 0);
  const bytes = tables.map(bytesOf);
  const inBytes = tables.reduce((sum, table, t) => sum + table.columns * (bytes[t] as number), 0);
  const size = inBytes < 2 * columns ? 1 : 2;
  const padded = Math.ceil((size === 1 ? inBytes : columns) / PAD) * PAD;
  const weights = aligned(rows * padded * size);
  const sums = weights + 2 * padded;
  const parts = size === 1 ? bytes : tables.map(() => 1);
  return { rows, columns, size, parts, padded, weights, sums, end: sums + 4 * rows };
}

/** Bytes whose sum can be any code of a table. */
function bytesOf(table: CodeTable): number {
  return Math.max(1, Math.ceil(-table.lowest / 128), Math.ceil(highestOf(table) / 127));
}

export class WasmCodeRows implements CodeRows {
  readonly rows: number;
  readonly columns: number;
  readonly layout: CodeLayout;
  /** Replaced by `trim`. */
  memory: WasmMemory;
  readonly #tables: CodeTables;
  readonly #module: WasmModule;
  #exports: SearchExports;

  constructor(
    tables: CodeTables,
    layout: CodeLayout,
    memory: WasmMemory,
    exports: SearchExports,
    module: WasmModule,
  ) {
    this.rows = layout.rows;
    this.columns = layout.columns;
    this.#tables = tables;
    this.layout = layout;
    this.memory = memory;
    this.#exports = exports;
    this.#module = module;
  }

  get bytes(): number {
    return this.memory.buffer.byteLength;
  }

  fill(stream: Uint16Array, first: number, rows: number, where: string): void {
    const { sums: state, padded, size, parts } = this.layout;
    const heads = 2 * RANS.states;
    if (stream.length < heads) throw damagedCodes(where);
    const look = state + STATE_BYTES;
    const table = look + LOOK_BYTES;
    const symbols = this.#tables.reduce((most, t) => Math.max(most, t.frequencies.length), 0);
    const words = aligned(table + 4 * symbols);
    const last = words + 2 * stream.length;
    // A damaged stream may be read beyond its end, by one word for each row of a column.
    const whole = aligned(last + 2 * rows + 2);
    const widest = this.#tables.reduce(
      (most, { columns }, t) => ((parts[t] as number) > 1 ? Math.max(most, columns) : most),
      0,
    );
    this.#growTo(whole + 2 * rows * widest);
    const { buffer } = this.memory;
    new Uint16Array(buffer, words, stream.length).set(stream);
    const states = new Uint32Array(buffer, state, RANS.states + 1);
    for (let i = 0; i < RANS.states; i++) {
      states[i] = (stream[2 * i] as number) | ((stream[2 * i + 1] as number) << 16);
    }
    states[RANS.states] = words + 2 * heads;
    let out = first * padded * size;
    this.#tables.forEach(({ columns, lowest, frequencies }, t) => {
      const symbolAt = new Uint16Array(buffer, look, RANS.total);
      const entries = new Uint32Array(buffer, table, frequencies.length);
      let slot = 0;
      frequencies.forEach((frequency, symbol) => {
        symbolAt.fill(symbol, slot, slot + frequency);
        entries[symbol] = frequency * 0x10000 + slot;
        slot += frequency;
      });
      const stride = padded * size;
      const own = parts[t] as number;
      const { decode } = this.#exports;
      if (own === 1) {
        decode(state, columns, rows, look, table, lowest, out, stride, size, last);
      } else {
        decode(state, columns, rows, look, table, lowest, whole, 2 * columns, 2, last);
        const codes = new Int16Array(buffer, whole, rows * columns);
        divide(codes, columns, new Int8Array(buffer, out), stride, own);
      }
      out += columns * own * size;
    });
    const isBack = states.subarray(0, RANS.states).every((x) => x === RANS.low);
    if (!isBack || states[RANS.states] !== last) throw damagedCodes(where);
  }

  sums(weights: Int16Array): Int32Array {
    const { rows, padded, size, weights: at, sums } = this.layout;
    this.setQuery(weights)(0, at, rows, padded * size, padded, sums);
    return new Int32Array(this.memory.buffer, sums, rows);
  }

  sumOf(weights: Int16Array): (row: number) => number {
    const { padded, size, weights: at, sums } = this.layout;
    const run = this.setQuery(weights);
    const one = new Int32Array(this.memory.buffer, sums, 1);
    const stride = padded * size;
    return (row) => {
      run(row * stride, at, 1, stride, padded, sums);
      return one[0] as number;
    };
  }

  /** Writes the weights where sums read them. */
  setQuery(weights: Int16Array): SearchExports['sums8'] {
    const all = new Int16Array(this.memory.buffer, this.layout.weights);
    let from = 0;
    let to = 0;
    this.#tables.forEach(({ columns }, t) => {
      const own = weights.subarray(from, from + columns);
      for (let part = 0; part < (this.layout.parts[t] as number); part++) {
        all.set(own, to);
        to += columns;
      }
      from += columns;
    });
    return this.#exports[this.layout.size === 1 ? 'sums8' : 'sums16'];
  }

  codesOf(row: number): Int16Array {
    const { padded, size, columns, parts } = this.layout;
    const { buffer } = this.memory;
    const type = size === 1 ? Int8Array : Int16Array;
    const all = new type(buffer, row * padded * size, padded);
    const codes = new Int16Array(columns);
    let from = 0;
    let to = 0;
    this.#tables.forEach((table, t) => {
      for (let part = 0; part < (parts[t] as number); part++) {
        for (let c = to; c < to + table.columns; c++) {
          codes[c] = (codes[c] as number) + (all[from++] as number);
        }
      }
      to += table.columns;
    });
    return codes;
  }

  async trim(): Promise<void> {
    const pages = Math.ceil(this.layout.end / PAGE_BYTES);
    if (!wasm || this.memory.buffer.byteLength <= pages * PAGE_BYTES) return;
    try {
      const memory = new wasm.Memory({ initial: pages, maximum: MAX_PAGES });
      const { exports } = await wasm.instantiate(this.#module, { env: { memory } });
      const { buffer } = memory;
      new Uint8Array(buffer).set(new Uint8Array(this.memory.buffer, 0, buffer.byteLength));
      this.memory = memory;
      this.#exports = exports as SearchExports;
    } catch {
      // A phone has no room for a second memory, so the first one stays.
    }
  }

  #growTo(bytes: number): void {
    const missing = Math.ceil((bytes - this.memory.buffer.byteLength) / PAGE_BYTES);
    if (missing > 0) this.memory.grow(missing);
  }
}

/**
 * @param codes rows × columns
 * @param out rows of `stride` bytes: the first parts of all columns, then the second ones, and so on
 */
function divide(
  codes: Int16Array,
  columns: number,
  out: Int8Array,
  stride: number,
  parts: number,
): void {
  for (let row = 0, at = 0; at < codes.length; row++) {
    for (let c = 0; c < columns; c++) {
      let rest = codes[at++] as number;
      for (let part = 0; part < parts; part++) {
        const own = Math.max(-128, Math.min(127, rest));
        out[row * stride + part * columns + c] = own;
        rest -= own;
      }
    }
  }
}
