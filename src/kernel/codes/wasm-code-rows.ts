/**
 * Codes in WebAssembly memory:
 *
 *     ┌──────────────────────────────────┬─────────┬──────────────────────────────────┐
 *     │ codes [rows][columns, padded]    │ weights │ sums [rows]                      │
 *     └──────────────────────────────────┴─────────┼───────┬──────┬────────┬──────────┤
 *                                    while filling │ state │ look │ table  │ stream … │
 *                                                  └───────┴──────┴────────┴──────────┘
 */
import type { CodeRows } from '../../core/codes/code-rows.ts';
import { damagedCodes } from '../../core/codes/code-rows.ts';
import { type CodeTables, isOneByte } from '../../core/codes/tables.ts';
import { RANS } from '../../core/model/rans.ts';
import { decodeBase64 } from '../../core/text.ts';
import { MAX_PAGES, PAGE_BYTES, type WasmMemory, wasm } from '../wasm.ts';
import { BINARY } from './search-binary.ts';

/** The exports of assembly/codes/search.ts. Offsets and sizes are in bytes. */
interface SearchExports {
  decode(
    ...args: [
      state: number,
      columns: number,
      rows: number,
      look: number,
      tables: number,
      lowest: number,
      out: number,
      stride: number,
      size: number,
      last: number,
    ]
  ): void;
  sums8(...args: SumsArgs): void;
  sums16(...args: SumsArgs): void;
}

type SumsArgs = [codes: number, weights: number, rows: number, columns: number, out: number];

/** Codes of a register. */
const PAD = 16;
const STATE_BYTES = 32;
const LOOK_BYTES = 2 * RANS.total;

const aligned = (bytes: number) => Math.ceil(bytes / 16) * 16;

/** Null without WebAssembly or its SIMD, or if there is too little memory: `PlainCodeRows` then gives the same sums. */
export async function createWasmCodeRows(
  tables: CodeTables,
  rows: number,
): Promise<CodeRows | null> {
  if (!wasm) return null;
  try {
    const layout = layoutOf(tables, rows);
    const initial = Math.ceil(layout.end / PAGE_BYTES);
    const memory = new wasm.Memory({ initial, maximum: MAX_PAGES });
    const module = await wasm.compile(decodeBase64(BINARY));
    const instance = await wasm.instantiate(module, { env: { memory } });
    return new WasmCodeRows(tables, layout, memory, instance.exports as SearchExports);
  } catch {
    return null;
  }
}

interface Layout {
  readonly rows: number;
  readonly columns: number;
  /** Bytes of a code. */
  readonly size: 1 | 2;
  /** Columns of a row in memory. */
  readonly padded: number;
  readonly weights: number;
  readonly sums: number;
  readonly end: number;
}

function layoutOf(tables: CodeTables, rows: number): Layout {
  const columns = tables.reduce((sum, table) => sum + table.columns, 0);
  const padded = Math.ceil(columns / PAD) * PAD;
  const size = isOneByte(tables) ? 1 : 2;
  const weights = aligned(rows * padded * size);
  const sums = weights + 2 * padded;
  return { rows, columns, size, padded, weights, sums, end: sums + 4 * rows };
}

class WasmCodeRows implements CodeRows {
  readonly rows: number;
  readonly columns: number;
  readonly #tables: CodeTables;
  readonly #layout: Layout;
  readonly #memory: WasmMemory;
  readonly #exports: SearchExports;

  constructor(tables: CodeTables, layout: Layout, memory: WasmMemory, exports: SearchExports) {
    this.rows = layout.rows;
    this.columns = layout.columns;
    this.#tables = tables;
    this.#layout = layout;
    this.#memory = memory;
    this.#exports = exports;
  }

  get bytes(): number {
    return this.#memory.buffer.byteLength;
  }

  fill(stream: Uint16Array, first: number, rows: number, where: string): void {
    const { sums: state, padded, size } = this.#layout;
    const heads = 2 * RANS.states;
    if (stream.length < heads) throw damagedCodes(where);
    const look = state + STATE_BYTES;
    const table = look + LOOK_BYTES;
    const symbols = this.#tables.reduce((most, t) => Math.max(most, t.frequencies.length), 0);
    const words = aligned(table + 4 * symbols);
    const last = words + 2 * stream.length;
    // A damaged stream may be read beyond its end, by one word for each row of a column.
    this.#growTo(last + 2 * rows + 2);
    const { buffer } = this.#memory;
    new Uint16Array(buffer, words, stream.length).set(stream);
    const states = new Uint32Array(buffer, state, RANS.states + 1);
    for (let i = 0; i < RANS.states; i++) {
      states[i] = (stream[2 * i] as number) | ((stream[2 * i + 1] as number) << 16);
    }
    states[RANS.states] = words + 2 * heads;
    let out = first * padded * size;
    for (const { columns, lowest, frequencies } of this.#tables) {
      const symbolAt = new Uint16Array(buffer, look, RANS.total);
      const entries = new Uint32Array(buffer, table, frequencies.length);
      let slot = 0;
      frequencies.forEach((frequency, symbol) => {
        symbolAt.fill(symbol, slot, slot + frequency);
        entries[symbol] = frequency * 0x10000 + slot;
        slot += frequency;
      });
      const stride = padded * size;
      this.#exports.decode(state, columns, rows, look, table, lowest, out, stride, size, last);
      out += columns * size;
    }
    const isBack = states.subarray(0, RANS.states).every((x) => x === RANS.low);
    if (!isBack || states[RANS.states] !== last) throw damagedCodes(where);
  }

  sums(weights: Int16Array): Int32Array {
    const { rows, padded, weights: at, sums } = this.#layout;
    this.#setQuery(weights)(0, at, rows, padded, sums);
    return new Int32Array(this.#memory.buffer, sums, rows);
  }

  sumOf(weights: Int16Array): (row: number) => number {
    const { padded, size, weights: at, sums } = this.#layout;
    const run = this.#setQuery(weights);
    const one = new Int32Array(this.#memory.buffer, sums, 1);
    const stride = padded * size;
    return (row) => {
      run(row * stride, at, 1, padded, sums);
      return one[0] as number;
    };
  }

  #setQuery(weights: Int16Array): SearchExports['sums8'] {
    new Int16Array(this.#memory.buffer, this.#layout.weights, weights.length).set(weights);
    return this.#exports[this.#layout.size === 1 ? 'sums8' : 'sums16'];
  }

  codesOf(row: number): Int16Array {
    const { padded, size, columns } = this.#layout;
    const { buffer } = this.#memory;
    const type = size === 1 ? Int8Array : Int16Array;
    return Int16Array.from(new type(buffer, row * padded * size, columns));
  }

  #growTo(bytes: number): void {
    const missing = Math.ceil((bytes - this.#memory.buffer.byteLength) / PAGE_BYTES);
    if (missing > 0) this.#memory.grow(missing);
  }
}
