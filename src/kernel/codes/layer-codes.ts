/**
 * The codes of a layer of an index in parts, in WebAssembly memory:
 *
 *     ┌──────────────────────────────────┬───────┬─────────┬────────────────────────┬────────────────────────┐
 *     │ for each table: symbols, entries │ state │ weights │ codes [rows][columns]  │ stream, or sums [rows] │
 *     └──────────────────────────────────┴───────┴─────────┴────────────────────────┴────────────────────────┘
 *
 * Shards come and go, so each is copied in and out.
 */
import { damagedCodes } from '../../core/codes/code-rows.ts';
import { type CodeTables, isOneByte } from '../../core/codes/tables.ts';
import { lazy } from '../../core/lazy.ts';
import { RANS } from '../../core/model/rans.ts';
import {
  type CodeArray,
  CodeDecoder,
  checkCodeCount,
  type LayerCodes,
} from '../../core/parts/code-decoder.ts';
import { decodeBase64 } from '../../core/text.ts';
import { MAX_PAGES, PAGE_BYTES, type WasmMemory, wasm } from '../wasm.ts';
import { BINARY } from './search-binary.ts';
import type { SearchExports } from './search-exports.ts';

/** Compiled once. A caller who needs it soon may begin before the tables are there. */
export const compileLayerCodes = lazy(async () => wasm?.compile(decodeBase64(BINARY)) ?? null);

/** Opens a layer in WebAssembly, or in JavaScript if there is no WebAssembly, no SIMD or too little memory. */
export async function openLayerCodes(tables: CodeTables): Promise<LayerCodes> {
  return (await createWasmLayer(tables)) ?? new CodeDecoder(tables);
}

export async function createWasmLayer(tables: CodeTables): Promise<LayerCodes | null> {
  try {
    const module = await compileLayerCodes();
    if (!wasm || !module) return null;
    const memory = new wasm.Memory({ initial: 1, maximum: MAX_PAGES });
    const { exports } = await wasm.instantiate(module, { env: { memory } });
    return new WasmLayer(tables, memory, exports as SearchExports);
  } catch {
    return null;
  }
}

const LOOK_BYTES = 2 * RANS.total;
const STATE_BYTES = 32;
/** Codes of a register. */
const PAD = 16;

const aligned = (bytes: number) => Math.ceil(bytes / 16) * 16;

class WasmLayer implements LayerCodes {
  readonly columns: number;
  readonly #tables: CodeTables;
  readonly #memory: WasmMemory;
  readonly #exports: SearchExports;
  /** Bytes of a code. */
  readonly #size: 1 | 2;
  /** Where the symbols of each table are; its entries follow. */
  readonly #looks: readonly number[];
  readonly #state: number;
  readonly #codes: number;

  constructor(tables: CodeTables, memory: WasmMemory, exports: SearchExports) {
    this.columns = tables.reduce((sum, table) => sum + table.columns, 0);
    this.#tables = tables;
    this.#memory = memory;
    this.#exports = exports;
    this.#size = isOneByte(tables) ? 1 : 2;
    let end = 0;
    this.#looks = tables.map(({ frequencies }) => {
      const at = end;
      end = aligned(at + LOOK_BYTES + 4 * frequencies.length);
      return at;
    });
    this.#state = end;
    this.#codes = end + STATE_BYTES + 2 * this.#padded;
    this.#growTo(this.#codes);
    tables.forEach(({ frequencies }, t) => {
      const look = this.#looks[t] as number;
      const symbolAt = new Uint16Array(memory.buffer, look, RANS.total);
      const entries = new Uint32Array(memory.buffer, look + LOOK_BYTES, frequencies.length);
      let slot = 0;
      frequencies.forEach((frequency, symbol) => {
        symbolAt.fill(symbol, slot, slot + frequency);
        entries[symbol] = frequency * 0x10000 + slot;
        slot += frequency;
      });
    });
  }

  get #padded(): number {
    return PAD * Math.ceil(this.columns / PAD);
  }

  decode(stream: Uint16Array, rows: number, where: string): CodeArray {
    const count = this.columns * rows;
    checkCodeCount(count, stream, where);
    const heads = 2 * RANS.states;
    if (stream.length < heads) throw damagedCodes(where);
    const size = this.#size;
    const words = aligned(this.#codes + count * size);
    const last = words + 2 * stream.length;
    // A damaged stream may be read beyond its end, by one word for each row of a column.
    this.#growTo(last + 2 * rows + 2);
    const { buffer } = this.#memory;
    new Uint16Array(buffer, words, stream.length).set(stream);
    const state = this.#state;
    const states = new Uint32Array(buffer, state, RANS.states + 1);
    for (let i = 0; i < RANS.states; i++) {
      states[i] = ((stream[2 * i] as number) | ((stream[2 * i + 1] as number) << 16)) & 0x7fffffff;
    }
    states[RANS.states] = words + 2 * heads;
    const stride = this.columns * size;
    let out = this.#codes;
    this.#tables.forEach(({ columns, lowest }, t) => {
      const look = this.#looks[t] as number;
      const entries = look + LOOK_BYTES;
      this.#exports.decode(state, columns, rows, look, entries, lowest, out, stride, size, last);
      out += columns * size;
    });
    const isBack = states.subarray(0, RANS.states).every((x) => x === RANS.low);
    if (!isBack || states[RANS.states] !== last) throw damagedCodes(where);
    return new (size === 1 ? Int8Array : Int16Array)(buffer, this.#codes, count).slice();
  }

  sums(codes: CodeArray, weights: Int16Array): Int32Array {
    const { columns } = this;
    const padded = this.#padded;
    const size = this.#size;
    const rows = codes.length / columns;
    // The last row is read up to a whole register: what follows it has weights of zero.
    const sums = aligned(this.#codes + codes.byteLength + PAD * size);
    this.#growTo(sums + 4 * rows);
    const { buffer } = this.#memory;
    const at = this.#state + STATE_BYTES;
    new Int16Array(buffer, at, columns).set(weights);
    new (size === 1 ? Int8Array : Int16Array)(buffer, this.#codes, codes.length).set(codes);
    const run = size === 1 ? this.#exports.sums8 : this.#exports.sums16;
    run(this.#codes, at, rows, columns * size, padded, sums);
    return new Int32Array(buffer, sums, rows);
  }

  #growTo(bytes: number): void {
    const missing = Math.ceil((bytes - this.#memory.buffer.byteLength) / PAGE_BYTES);
    if (missing > 0) this.#memory.grow(missing);
  }
}
