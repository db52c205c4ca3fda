/** The shards of an index, decoded; the last ones used stay in memory. */

import { readColumns } from '../bundle/columns.ts';
import type { SearchItem } from '../item.ts';
import { lazy } from '../lazy.ts';
import { type CodeArray, CodeDecoder, type LayerCodes } from './code-decoder.ts';
import { idFileOf, positionsIn } from './id-files.ts';
import { inflate } from './inflate.ts';
import type { PartsRoot } from './root.ts';
import { damaged, type PartRef, readCoarseFile, readFineFile } from './shard-files.ts';
import { shardOf } from './shard-of.ts';

export interface Shard {
  /** Own rows come first. */
  readonly own: number;
  readonly positions: Uint32Array;
  /** rows × coarse columns, less the centroid's */
  readonly codes: CodeArray;
  readonly fine: PartRef;
  /** Ids, groups and attributes of all rows. */
  items(): Promise<readonly SearchItem[]>;
  /** Size in memory. */
  readonly bytes: number;
}

/** The kinds of files that an index in parts refers to. */
export type PartRole = 'coarse' | 'fine' | 'ids' | 'postings' | 'posting';

/** @throws MissingFileError; SoutuError `BundleError` or `NetworkError` */
export type ReadPart = (role: PartRole, ref: PartRef) => Promise<Uint8Array>;

export interface LayerPair {
  readonly coarse: LayerCodes;
  readonly fine: LayerCodes;
}

/** Decoded shards: the twelve nearest of a hundred queries. */
const MEMORY_BYTES = 64 << 20;

export class ShardReader {
  readonly #root: PartsRoot;
  readonly #read: ReadPart;
  readonly #memoryBytes: number;
  readonly #layers: LayerPair;
  /** The last used comes last. */
  readonly #loaded = new Map<string, { readonly value: Promise<unknown>; bytes: number }>();
  #bytes = 0;

  /** @param layers default: in JavaScript */
  constructor(
    root: PartsRoot,
    read: ReadPart,
    memoryBytes = MEMORY_BYTES,
    layers: LayerPair = {
      coarse: new CodeDecoder(root.layers.tables),
      fine: new CodeDecoder(root.layers.fine.tables),
    },
  ) {
    this.#root = root;
    this.#read = read;
    this.#memoryBytes = memoryBytes;
    this.#layers = layers;
  }

  /** Bytes of all decoded shards in memory. */
  get bytes(): number {
    return this.#bytes;
  }

  shard(index: number): Promise<Shard> {
    return this.#kept(`a${index}`, async () => {
      const ref = this.#root.shards[index] as PartRef;
      const where = `shard ${index}`;
      const file = readCoarseFile(await this.#read('coarse', ref), this.#root.count, where);
      const first = this.#root.starts[index] as number;
      const own = (this.#root.starts[index + 1] as number) - first;
      if (file.own !== own) {
        throw damaged(where, `it has ${file.own} rows of its own, the root says ${own}`);
      }
      const rows = own + file.positions.length;
      // Refuses a forged number of rows before memory is taken for them.
      const codes = this.#layers.coarse.decode(file.stream, rows, where);
      const positions = new Uint32Array(rows);
      for (let i = 0; i < own; i++) positions[i] = first + i;
      positions.set(file.positions, own);
      const items = lazy(async () => {
        const columns = await inflate(file.columns, file.columnBytes, where);
        return readColumns(columns, rows, where);
      });
      const bytes = codes.byteLength + positions.byteLength + 8 * file.columnBytes;
      return { own, positions, codes, fine: file.fine, items, bytes };
    });
  }

  /** rows × columns: the refinement of a shard's rows. */
  async refinement(index: number, { fine, positions }: Shard): Promise<CodeArray> {
    const { codes } = await this.#kept(`b${index}`, async () => {
      const where = `refinement of shard ${index}`;
      const stream = readFineFile(await this.#read('fine', fine), positions.length, where);
      const own = this.#layers.fine.decode(stream, positions.length, where);
      return { codes: own, bytes: own.byteLength };
    });
    return codes;
  }

  /** The position of an id; −1 if no item has it. */
  async positionOf(id: string): Promise<number> {
    const { idBits, idFiles, count, starts, shards, changes } = this.#root;
    const index = idFileOf(id, idBits);
    const file = await this.#read('ids', idFiles[index] as PartRef);
    for (const position of positionsIn(file, id, count, `ids ${index}`)) {
      if (changes?.removed.has(position)) continue;
      const shard = this.shardOf(position);
      const items = await (await this.shard(shard)).items();
      if (items[position - (starts[shard] as number)]?.id === id) return position;
    }
    // Added items are in no file of ids.
    for (let shard = changes?.firstShard ?? shards.length; shard < shards.length; shard++) {
      const row = (await (await this.shard(shard)).items()).findIndex((item) => item.id === id);
      if (row >= 0) return (starts[shard] as number) + row;
    }
    return -1;
  }

  /** The shard whose own row a position is. */
  shardOf(position: number): number {
    return shardOf(this.#root.starts, position);
  }

  #kept<T extends { readonly bytes: number }>(key: string, load: () => Promise<T>): Promise<T> {
    const known = this.#loaded.get(key);
    if (known) {
      this.#loaded.delete(key);
      this.#loaded.set(key, known);
      return known.value as Promise<T>;
    }
    const value = load();
    const entry = { value, bytes: 0 };
    this.#loaded.set(key, entry);
    value.then(
      ({ bytes }) => {
        entry.bytes = bytes;
        this.#bytes += bytes;
        this.#shrink(key);
      },
      // A failure is not kept: the next search tries again.
      () => this.#loaded.delete(key),
    );
    return value;
  }

  /** Whoever holds a shard that is let go keeps it until its search ends. */
  #shrink(newest: string): void {
    for (const [key, { bytes }] of this.#loaded) {
      if (this.#bytes <= this.#memoryBytes) return;
      if (key === newest || bytes === 0) continue;
      this.#loaded.delete(key);
      this.#bytes -= bytes;
    }
  }
}
