/**
 * The two files of a shard. All numbers are little-endian. The coarse file:
 *
 *     byte 0     magic "SOUTU\r\n\0"
 *          8     u16 version, 2             10  u16 layer, 1
 *         12     u32 own rows               16  u32 spilled rows
 *         20     u32 bytes of the fine file
 *         24     u8 [12]                    the first bytes of its SHA-256
 *         36     u32 words                  40  u32 bytes of positions
 *         44     u32 bytes of columns       48  u32 bytes of columns before deflate
 *         52     stream     u16 [words]     coarse codes less the centroid's: a rANS stream of columns × rows (rans.ts)
 *                positions  u8 []           of the spilled rows: positions.ts
 *                columns    u8 []           deflated: a file of kind "columns" with all rows, own ones first
 *
 * The rows of a catalogue are sorted by id. Its items also have positions, in order of the shards: the own rows of a shard
 * have the positions from the sum of the own rows of the shards before it. Spilled rows are copies of rows of other shards,
 * sorted by position. Details and titles are stored by position (blocks.ts), and the files of kind "columns" say which
 * position each row has.
 * The fine file:
 *
 *     byte 0     magic, 8  u16 version, 10  u16 layer, 2
 *         12     u32 rows                   16  u32 words
 *         20     stream     u16 [words]     refinement of all rows, own ones first
 */
import { SoutuError } from '../errors.ts';
import { bytesOfHex, hexOf } from '../hex.ts';
import { readPositions, writePositions } from './positions.ts';

const MAGIC = Uint8Array.from([0x53, 0x4f, 0x55, 0x54, 0x55, 0x0d, 0x0a, 0x00]);
/** Version of the format of these files. */
export const VERSION = 2;
const COARSE_HEAD = 52;
const FINE_HEAD = 20;
/** Bytes of a file's SHA-256 that other files of an index in parts record. */
export const HASH_BYTES = 12;
/** A forged file cannot make a reader inflate more. */
export const MAX_COLUMN_BYTES = 64 << 20;

export const LAYERS = {
  ...{ coarse: 1, fine: 2, ids: 3, details: 4, titles: 5 },
  ...{ posting: 6, 'posting-columns': 7 },
} as const;
export type Layer = keyof typeof LAYERS;

/** A file of an index in parts, as other files of the index refer to it. */
export interface PartRef {
  readonly bytes: number;
  /** The first 12 bytes of its SHA-256, in hexadecimal. */
  readonly hash: string;
}

export interface CoarseFile {
  readonly own: number;
  readonly fine: PartRef;
  /** Coarse codes, still compressed. */
  readonly stream: Uint16Array;
  /** Positions of the spilled rows. */
  readonly positions: Uint32Array;
  /** Deflated columns of all rows, and their bytes once inflated. */
  readonly columns: Uint8Array<ArrayBuffer>;
  readonly columnBytes: number;
}

/** @param file of any layer; `bytes` after its first 12, still unset */
export function startFile(layer: Layer, bytes: number): { file: Uint8Array; view: DataView } {
  const file = new Uint8Array(bytes);
  file.set(MAGIC);
  const view = new DataView(file.buffer);
  view.setUint16(8, VERSION, true);
  view.setUint16(10, LAYERS[layer], true);
  return { file, view };
}

/**
 * @param where the file's name, for errors
 * @param head bytes of its header
 * @throws SoutuError `BundleError`
 */
export function openFile(file: Uint8Array, layer: Layer, head: number, where: string): DataView {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < head || !MAGIC.every((byte, i) => file[i] === byte)) {
    throw damaged(
      where,
      `it is not a file of an index in parts: it begins with ${hexOf(file.subarray(0, 8), ' ') || 'nothing'}`,
    );
  }
  const version = view.getUint16(8, true);
  if (version !== VERSION) {
    throw new SoutuError(
      'BundleError',
      `${where}: format version ${version}, this reader knows ${VERSION}. ` +
        'Update Soutu on the page, or build the bundle again with this version.',
    );
  }
  const got = view.getUint16(10, true);
  if (got !== LAYERS[layer]) throw damaged(where, `it has layer ${got}, expected ${LAYERS[layer]}`);
  return view;
}

export function damaged(where: string, what: string): SoutuError {
  return new SoutuError('BundleError', `${where}: ${what}. Build the bundle again.`);
}

export function writeCoarseFile(shard: CoarseFile): Uint8Array {
  const { own, fine, stream, positions, columns, columnBytes } = shard;
  const spilled = writePositions(positions);
  const parts = [spilled, columns];
  const bytes = parts.reduce((sum, part) => sum + part.length, COARSE_HEAD + stream.byteLength);
  const { file, view } = startFile('coarse', bytes);
  const numbers = [own, positions.length, fine.bytes] as const;
  numbers.forEach((n, i) => {
    view.setUint32(12 + 4 * i, n, true);
  });
  file.set(bytesOfHex(fine.hash), 24);
  [stream.length, spilled.length, columns.length, columnBytes].forEach((n, i) => {
    view.setUint32(36 + 4 * i, n, true);
  });
  putWords(view, COARSE_HEAD, stream);
  let at = COARSE_HEAD + stream.byteLength;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

/**
 * @param count items of the index
 * @throws SoutuError `BundleError`
 */
export function readCoarseFile(file: Uint8Array, count: number, where: string): CoarseFile {
  const view = openFile(file, 'coarse', COARSE_HEAD, where);
  const number = (at: number) => view.getUint32(at, true);
  const [own, spilled, words] = [number(12), number(16), number(36)];
  const [positionBytes, ownColumns, columnBytes] = [number(40), number(44), number(48)];
  const at = COARSE_HEAD + 2 * words;
  const columns = at + positionBytes;
  const end = columns + ownColumns;
  if (end !== file.length) throw damaged(where, `it has ${file.length} bytes, expected ${end}`);
  if (columnBytes > MAX_COLUMN_BYTES) {
    throw damaged(
      where,
      `its columns have ${columnBytes} bytes, at most ${MAX_COLUMN_BYTES} allowed`,
    );
  }
  // A position takes at least one bit.
  const isPossible = spilled <= 8 * positionBytes && own <= count;
  const positions = isPossible ? readPositions(file.subarray(at, columns), spilled, count) : null;
  if (!positions) throw damaged(where, 'the positions of its rows are damaged');
  return {
    own,
    fine: { bytes: number(20), hash: hexOf(file.subarray(24, 24 + HASH_BYTES)) },
    stream: wordsAt(view, COARSE_HEAD, words),
    positions,
    columns: file.slice(columns, end),
    columnBytes,
  };
}

export function writeFineFile(rows: number, stream: Uint16Array): Uint8Array {
  const { file, view } = startFile('fine', FINE_HEAD + stream.byteLength);
  view.setUint32(12, rows, true);
  view.setUint32(16, stream.length, true);
  putWords(view, FINE_HEAD, stream);
  return file;
}

/**
 * @param rows of the shard's coarse file
 * @throws SoutuError `BundleError`
 */
export function readFineFile(file: Uint8Array, rows: number, where: string): Uint16Array {
  const view = openFile(file, 'fine', FINE_HEAD, where);
  const own = view.getUint32(12, true);
  if (own !== rows) throw damaged(where, `it has ${own} rows, the coarse file ${rows}`);
  const words = view.getUint32(16, true);
  const end = FINE_HEAD + 2 * words;
  if (end !== file.length) throw damaged(where, `it has ${file.length} bytes, expected ${end}`);
  return wordsAt(view, FINE_HEAD, words);
}

export function putWords(view: DataView, at: number, words: Uint16Array): void {
  words.forEach((word, i) => {
    view.setUint16(at + 2 * i, word, true);
  });
}

export function wordsAt(view: DataView, at: number, count: number): Uint16Array {
  return Uint16Array.from({ length: count }, (_, i) => view.getUint16(at + 2 * i, true));
}
