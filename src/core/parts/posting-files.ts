/**
 * Postings: the rows with a value of an attribute (postings.ts says which file has them). Several small ones share a file:
 *
 *     byte 0     magic, 8  u16 version, 10  u16 layer, 6          see shard-files.ts
 *         12     u32 rows with codes        16  u32 words
 *         20     u32 bytes of the list      24  u32 bytes of the list before deflate
 *         28     u32 bytes of the file with columns
 *         32     u8 [12]                    the first bytes of its SHA-256
 *         44     stream     u16 [words]     coarse codes less those of the centroid of the row's own shard, of the postings
 *                                           with codes one after the other: a rANS stream of columns × rows (rans.ts)
 *                list       u8 []           deflated JSON: [[attribute, value or bucket, rows, bytes of positions], …]
 *                positions  u8 []           of each posting: positions.ts
 *
 * The file with columns, which has what groups, counts and further conditions need:
 *
 *     byte 0     magic, 8  u16 version, 10  u16 layer, 7
 *         12     u32 rows                   16  u32 bytes before deflate
 *         20     columns    u8 []           deflated: a file of kind "columns" with the rows with codes, in their order
 */
import { readColumns } from '../bundle/columns.ts';
import { messageOf } from '../errors.ts';
import { bytesOfHex, hexOf } from '../hex.ts';
import type { SearchItem } from '../item.ts';
import { decodeUtf8 } from '../text.ts';
import { inflate } from './inflate.ts';
import { readPositions, writePositions } from './positions.ts';
import type { PostingValue } from './postings.ts';
import {
  damaged,
  HASH_BYTES,
  MAX_COLUMN_BYTES,
  openFile,
  type PartRef,
  putWords,
  startFile,
  wordsAt,
} from './shard-files.ts';

const HEAD = 44;
const COLUMNS_HEAD = 20;

export interface Posting {
  readonly attribute: string;
  readonly value: PostingValue;
  /** Ascending. */
  readonly positions: Uint32Array;
  /** Its first row among the rows with codes of the file; −1 if it has positions alone. */
  readonly first: number;
}

export interface PostingFile {
  /** Codes of all postings that have them, still compressed. */
  readonly stream: Uint16Array;
  readonly rows: number;
  readonly columns: PartRef;
  readonly postings: readonly Posting[];
}

/** @param deflate raw, for the list */
export function writePostingFile(
  { stream, rows, columns, postings }: PostingFile,
  list: { readonly deflated: Uint8Array; readonly bytes: number },
): Uint8Array {
  const positions = postings.map((posting) => writePositions(posting.positions));
  const parts = [list.deflated, ...positions];
  const bytes = parts.reduce((sum, part) => sum + part.length, HEAD + stream.byteLength);
  const { file, view } = startFile('posting', bytes);
  [rows, stream.length, list.deflated.length, list.bytes, columns.bytes].forEach((n, i) => {
    view.setUint32(12 + 4 * i, n, true);
  });
  file.set(bytesOfHex(columns.hash), 32);
  putWords(view, HEAD, stream);
  let at = HEAD + stream.byteLength;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

/** The list of `writePostingFile`, as JSON. */
export function listOfPostings(postings: readonly Posting[]): string {
  const rows = postings.map(({ attribute, value, positions }) => [
    ...[attribute, value, positions.length],
    writePositions(positions).length,
  ]);
  return JSON.stringify(rows);
}

/**
 * @param limit the most rows of a posting with codes
 * @param count items of the index
 * @throws SoutuError `BundleError`
 */
export async function readPostingFile(
  file: Uint8Array,
  limit: number,
  count: number,
  where: string,
): Promise<PostingFile> {
  const view = openFile(file, 'posting', HEAD, where);
  const number = (at: number) => view.getUint32(at, true);
  const [rows, words, listBytes, plainBytes] = [number(12), number(16), number(20), number(24)];
  const listAt = HEAD + 2 * words;
  let at = listAt + listBytes;
  if (at > file.length) throw damaged(where, `it has ${file.length} bytes, expected ${at} or more`);
  if (plainBytes > MAX_COLUMN_BYTES) {
    throw damaged(where, `its list has ${plainBytes} bytes, at most ${MAX_COLUMN_BYTES} allowed`);
  }
  const list = parseList(await inflate(file.slice(listAt, at), plainBytes, where), where);
  let covered = 0;
  const postings = list.map(([attribute, value, own, bytes]): Posting => {
    const end = at + bytes;
    // A position takes at least one bit.
    const isPossible = end <= file.length && own <= 8 * bytes && own <= count;
    const positions = isPossible ? readPositions(file.subarray(at, end), own, count) : null;
    if (!positions) throw damaged(where, `the positions of "${attribute}" are damaged`);
    at = end;
    const first = own <= limit ? covered : -1;
    if (own <= limit) covered += own;
    return { attribute, value, positions, first };
  });
  if (at !== file.length) throw damaged(where, `it has ${file.length} bytes, expected ${at}`);
  if (covered !== rows) {
    throw damaged(where, `its postings have ${covered} rows with codes, its header says ${rows}`);
  }
  const hash = hexOf(file.subarray(32, 32 + HASH_BYTES));
  return {
    ...{ stream: wordsAt(view, HEAD, words), rows, postings },
    columns: { bytes: number(28), hash },
  };
}

function parseList(bytes: Uint8Array, where: string): [string, PostingValue, number, number][] {
  let list: unknown;
  try {
    list = JSON.parse(decodeUtf8(bytes));
  } catch (error) {
    throw damaged(where, `its list is not JSON (${messageOf(error)})`);
  }
  const isCount = (n: unknown) => Number.isSafeInteger(n) && (n as number) >= 0;
  const isRow = (row: unknown): row is [string, PostingValue, number, number] =>
    Array.isArray(row) &&
    typeof row[0] === 'string' &&
    (typeof row[1] === 'string' || isCount(row[1])) &&
    isCount(row[2]) &&
    isCount(row[3]);
  if (!Array.isArray(list) || !list.every(isRow)) {
    throw damaged(where, 'its list must have [attribute, value, rows, bytes] for each posting');
  }
  return list;
}

/** @param deflated columns of the rows with codes, and their bytes before */
export function writePostingColumns(
  rows: number,
  columns: { readonly deflated: Uint8Array; readonly bytes: number },
): Uint8Array {
  const { file, view } = startFile('posting-columns', COLUMNS_HEAD + columns.deflated.length);
  view.setUint32(12, rows, true);
  view.setUint32(16, columns.bytes, true);
  file.set(columns.deflated, COLUMNS_HEAD);
  return file;
}

/**
 * @param rows of the file with the codes
 * @throws SoutuError `BundleError`
 */
export async function readPostingColumns(
  file: Uint8Array,
  rows: number,
  where: string,
): Promise<SearchItem[]> {
  const view = openFile(file, 'posting-columns', COLUMNS_HEAD, where);
  const own = view.getUint32(12, true);
  if (own !== rows) throw damaged(where, `it has ${own} rows, its postings ${rows}`);
  const bytes = view.getUint32(16, true);
  if (bytes > MAX_COLUMN_BYTES) {
    throw damaged(where, `its columns have ${bytes} bytes, at most ${MAX_COLUMN_BYTES} allowed`);
  }
  return readColumns(await inflate(file.slice(COLUMNS_HEAD), bytes, where), rows, where);
}
