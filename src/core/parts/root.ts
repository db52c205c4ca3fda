/**
 * The root of an index in parts: what codes mean, where shards are, and how many of them a search reads. A search begins
 * with this file. A container of kind "parts":
 *
 *     header     { kind: "parts", count, shards, ratio, error, probing, idBits, facets, numeric }
 *     space      u8 [bytes]                 a whole file of kind "codes-space": the fine layer
 *     columns    u16 [coarse columns]       their columns of the space
 *     tables     u8 [bytes]                 of the coarse codes: codes/tables.ts
 *     centroids  u16 [words]                coarse codes, a rANS stream of columns × shards
 *     symbols    u8 [bytes]                 its tables, for the same columns as those of the coarse codes
 *     spreads    f32 [shards]               mean squared distance of the own items from the centroid
 *     files      u8 [bytes]                 for each shard a varint of its own rows, one of the bytes of its coarse file,
 *                                           and the first 12 bytes of its SHA-256; then for each file of ids its bytes and
 *                                           hash likewise
 */
import { isRecord } from '../check-record.ts';
import { ransTablesOf } from '../codes/row-codes.ts';
import { readSpace, writeSpace } from '../codes/space.ts';
import { type CodeTables, readTables, tableOfColumns, writeTables } from '../codes/tables.ts';
import { countOf, readContainer, sectionOf, writeContainer } from '../container.ts';
import { describe } from '../describe.ts';
import { bytesOfHex, hexOf } from '../hex.ts';
import { decodeRans } from '../model/rans.ts';
import { encodeRans } from '../model/rans-encode.ts';
import { putVarint, VarintReader } from '../varint.ts';
import { checkCodeCount } from './code-decoder.ts';
import type { Layers } from './layers.ts';
import { damaged, HASH_BYTES, type PartRef } from './shard-files.ts';

const KIND = 'parts';
/** 100 million items in shards of 3,000. */
const MAX_SHARDS = 32_768;
const MAX_ID_BITS = 17;

/** How a search looks for the ten nearest; chosen by the build for the fewest bytes at the wanted recall. */
export interface Probing {
  /** Shards of the first wave, the nearest ones. */
  readonly first: number;
  /** Shards of each further wave. */
  readonly wave: number;
  /** Most shards, the first wave's included. */
  readonly most: number;
  /**
   * A shard is read if its centroid's score plus this many times the root of its spread reaches the tenth best score.
   */
  readonly reach: number;
  /** Most fine files. */
  readonly refine: number;
  /** Fine files are read until at most this many of the ten are expected among the items without. */
  readonly rest: number;
}

/** What a delta (delta.ts) changes of a root. */
export interface PartsChanges {
  /** The first shard that is a segment. */
  readonly firstShard: number;
  readonly firstPosition: number;
  /** The home of each added item. */
  readonly homes: Uint16Array;
  readonly removed: ReadonlySet<number>;
}

export interface PartsRoot {
  readonly count: number;
  readonly layers: Layers;
  /** shards × coarse columns */
  readonly centroids: Int16Array;
  readonly spreads: Float32Array;
  /** Position of the first own item of each shard, then `count`. */
  readonly starts: Uint32Array;
  /** The coarse files. */
  readonly shards: readonly PartRef[];
  /** Root mean squared error of scores by coarse codes alone. */
  readonly error: number;
  readonly probing: Probing;
  readonly idBits: number;
  /** 2^idBits files. */
  readonly idFiles: readonly PartRef[];
  /** The attributes that divide the catalogue. */
  readonly facets: readonly string[];
  readonly numeric: readonly string[];
  /** If there is a delta: its segments are the last shards, and its items the last positions. */
  readonly changes?: PartsChanges;
}

export function writeRoot(root: PartsRoot, centroidTables: CodeTables): Uint8Array {
  const { layers, centroids, spreads, starts, shards, idFiles } = root;
  const { count, error, probing, idBits, facets, numeric } = root;
  const columns = layers.columns.length;
  const byColumn = new Int16Array(centroids.length);
  for (let shard = 0, from = 0; shard < shards.length; shard++) {
    for (let c = 0; c < columns; c++) {
      byColumn[c * shards.length + shard] = centroids[from++] as number;
    }
  }
  const stream = encodeRans(byColumn, ransTablesOf(centroidTables), tableOfColumns(centroidTables));
  const space = writeSpace(layers.fine);
  const tables = writeTables(layers.tables);
  const symbols = writeTables(centroidTables);
  const files: number[] = [];
  shards.forEach(({ bytes, hash }, shard) => {
    putVarint(files, (starts[shard + 1] as number) - (starts[shard] as number));
    putVarint(files, bytes);
    files.push(...bytesOfHex(hash));
  });
  for (const { bytes, hash } of idFiles) {
    putVarint(files, bytes);
    files.push(...bytesOfHex(hash));
  }
  const section = (name: string, data: Uint8Array) =>
    ({ name, dtype: 'u8', shape: [data.length], data }) as const;
  return writeContainer({
    kind: KIND,
    meta: {
      ...{ count, shards: shards.length, ratio: layers.ratio, error, probing, idBits },
      ...{ facets, numeric },
    },
    sections: [
      section('space', space),
      { name: 'columns', dtype: 'u16', shape: [columns], data: layers.columns },
      section('tables', tables),
      { name: 'centroids', dtype: 'u16', shape: [stream.length], data: stream },
      section('symbols', symbols),
      { name: 'spreads', dtype: 'f32', shape: [shards.length], data: spreads },
      section('files', Uint8Array.from(files)),
    ],
  });
}

/**
 * @param where the file's name, for errors
 * @throws SoutuError `BundleError`
 */
export function readRoot(file: Uint8Array, where: string): PartsRoot {
  const container = readContainer(file, KIND, where);
  const bad = (what: string): never => {
    throw damaged(where, what);
  };
  const number = (name: string, least: number, most: number): number => {
    const value = countOf(container, name, where);
    if (value < least || value > most) {
      bad(`"${name}" must be from ${least} to ${most}, got ${value}`);
    }
    return value;
  };
  const count = number('count', 1, 2 ** 32 - 1);
  const shards = number('shards', 1, MAX_SHARDS);
  const ratio = number('ratio', 1, 4096);
  const idBits = number('idBits', 0, MAX_ID_BITS);
  const { error, probing, facets, numeric } = container.meta;
  if (!(typeof error === 'number' && error >= 0 && error <= 1)) {
    return bad(`"error" must be a number from 0 to 1, got ${describe(error)}`);
  }
  if (!isProbing(probing)) {
    return bad(`"probing" must have six numbers above 0, got ${describe(probing)}`);
  }
  const isNames = (value: unknown): value is string[] =>
    Array.isArray(value) && value.every((name) => typeof name === 'string');
  if (!isNames(facets) || !isNames(numeric)) return bad('"facets" and "numeric" must be texts');
  const fine = readSpace(sectionOf(container, 'space', 'u8', where), where);
  const columns = sectionOf(container, 'columns', 'u16', where);
  if (columns.length < 1 || columns.some((column) => column >= fine.columns)) {
    bad(`its coarse columns must be some of ${fine.columns}`);
  }
  const tables = readTables(sectionOf(container, 'tables', 'u8', where), columns.length, where);
  const symbols = readTables(sectionOf(container, 'symbols', 'u8', where), columns.length, where);
  const stream = sectionOf(container, 'centroids', 'u16', where);
  checkCodeCount(columns.length * shards, stream, where);
  const byColumn = decodeRans(
    stream,
    ransTablesOf(symbols),
    tableOfColumns(symbols),
    shards,
    new Int16Array(columns.length * shards),
  );
  if (!byColumn) return bad('its centroids are damaged');
  const centroids = new Int16Array(byColumn.length);
  for (let c = 0, from = 0; c < columns.length; c++) {
    for (let shard = 0; shard < shards; shard++) {
      centroids[shard * columns.length + c] = byColumn[from++] as number;
    }
  }
  const spreads = sectionOf(container, 'spreads', 'f32', where);
  if (spreads.length !== shards || !spreads.every((x) => x >= 0 && x < 1e6)) {
    bad(`"spreads" must be ${shards} numbers that are not negative`);
  }
  const files = readFiles(sectionOf(container, 'files', 'u8', where), shards, 2 ** idBits);
  if (!files) return bad('its list of files is damaged');
  if (files.starts[shards] !== count) {
    bad(`its shards have ${files.starts[shards]} items, "count" says ${count}`);
  }
  return {
    ...{ count, layers: { fine, columns, ratio, tables }, centroids, spreads, ...files },
    ...{ error, probing, idBits, facets, numeric },
  };
}

function isProbing(value: unknown): value is Probing {
  if (!isRecord(value)) return false;
  const { first, wave, most, reach, refine, rest } = value;
  const isCount = (n: unknown) => Number.isSafeInteger(n) && (n as number) > 0;
  const isPart = (n: unknown) => typeof n === 'number' && n > 0;
  return [first, wave, most, refine].every(isCount) && [reach, rest].every(isPart);
}

/** Null if the bytes are damaged. */
function readFiles(
  bytes: Uint8Array,
  shards: number,
  idFiles: number,
): Pick<PartsRoot, 'starts' | 'shards' | 'idFiles'> | null {
  const reader = new VarintReader(bytes);
  const ref = (): PartRef => ({ bytes: reader.next(), hash: hexOf(reader.take(HASH_BYTES)) });
  const starts = new Uint32Array(shards + 1);
  const list: PartRef[] = [];
  for (let shard = 0; shard < shards; shard++) {
    starts[shard + 1] = (starts[shard] as number) + reader.next();
    list.push(ref());
  }
  const ids = Array.from({ length: idFiles }, ref);
  return reader.isAtEnd ? { starts, shards: list, idFiles: ids } : null;
}
