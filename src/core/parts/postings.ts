/**
 * Where the rows with a value of an attribute are: the file that searches with a filter begin with. A container of kind
 * "postings":
 *
 *     header     { kind: "postings", files, limit, numeric: [[attribute, [lowest number of each bucket]], …] }
 *     files      u8 [bytes]     for each file (posting-files.ts) varints: its first hash less that of the file before it,
 *                               the most rows of a posting in it, its bytes; then the first 12 bytes of its SHA-256
 *
 * A posting lists the rows with one value. Up to `limit` rows it covers them: it has their coarse codes, so that a search
 * scans it and no shard. Longer ones have positions alone. Postings are sorted by the hash of attribute and value; a file
 * has those from its first hash up to the next file's. The numbers of a numeric attribute are sorted and cut into buckets,
 * each of which is a posting.
 */
import { hashOfId } from '../bundle/cut.ts';
import { countOf, readContainer, sectionOf, writeContainer } from '../container.ts';
import type { NumberRange } from '../contract.ts';
import { bytesOfHex, hexOf } from '../hex.ts';
import { putVarint, VarintReader } from '../varint.ts';
import { damaged, HASH_BYTES, type PartRef } from './shard-files.ts';

const KIND = 'postings';
const MAX_FILES = 1 << 16;
/** The most buckets of an attribute. */
const MAX_BUCKETS = 1024;

export interface PostingFileRef extends PartRef {
  readonly firstHash: number;
  /** The most rows of a posting in it. */
  readonly rows: number;
}

export interface Postings {
  /** The most rows of a posting with codes. */
  readonly limit: number;
  /** The lowest number of each bucket of a numeric attribute, ascending. */
  readonly numeric: ReadonlyMap<string, readonly number[]>;
  /** Ascending by their first hashes. */
  readonly files: readonly PostingFileRef[];
}

/** A value as text, or the number of a bucket. */
export type PostingValue = string | number;

export function postingHash(attribute: string, value: PostingValue): number {
  return hashOfId(`${attribute}\n${typeof value === 'number' ? '#' : '='}${value}`);
}

/** The file that has the posting, if there is one; null if no file may have it. */
export function fileOfPosting({ files }: Postings, hash: number): PostingFileRef | null {
  let low = 0;
  let high = files.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((files[middle] as PostingFileRef).firstHash <= hash) low = middle + 1;
    else high = middle;
  }
  return files[low - 1] ?? null;
}

/** The buckets that may have numbers in the range. */
export function bucketsOf(lows: readonly number[], { gte, lte }: NumberRange): number[] {
  const isWithin = (bucket: number) =>
    (lte === undefined || (lows[bucket] as number) <= lte) &&
    (gte === undefined || bucket === lows.length - 1 || (lows[bucket + 1] as number) > gte);
  return lows.map((_, bucket) => bucket).filter(isWithin);
}

export function writePostings({ limit, numeric, files }: Postings): Uint8Array {
  const bytes: number[] = [];
  let before = 0;
  for (const file of files) {
    putVarint(bytes, file.firstHash - before);
    before = file.firstHash;
    putVarint(bytes, file.rows);
    putVarint(bytes, file.bytes);
    bytes.push(...bytesOfHex(file.hash));
  }
  return writeContainer({
    kind: KIND,
    meta: { files: files.length, limit, numeric: [...numeric] },
    sections: [{ name: 'files', dtype: 'u8', shape: [bytes.length], data: Uint8Array.from(bytes) }],
  });
}

/**
 * @param where the file's name, for errors
 * @throws SoutuError `BundleError`
 */
export function readPostings(file: Uint8Array, where: string): Postings {
  const container = readContainer(file, KIND, where);
  const limit = countOf(container, 'limit', where);
  const count = countOf(container, 'files', where);
  const { numeric } = container.meta;
  if (!isNumeric(numeric)) {
    throw damaged(where, '"numeric" must be pairs of an attribute and ascending numbers');
  }
  const bytes = sectionOf(container, 'files', 'u8', where);
  // A file takes at least three varints and a hash.
  if (count > MAX_FILES || count * (HASH_BYTES + 3) > bytes.length) {
    throw damaged(where, `${bytes.length} bytes are too few for ${count} files`);
  }
  const reader = new VarintReader(bytes);
  const files: PostingFileRef[] = [];
  let firstHash = 0;
  for (let i = 0; i < count; i++) {
    firstHash += reader.next();
    const [rows, length] = [reader.next(), reader.next()];
    files.push({ firstHash, rows, bytes: length, hash: hexOf(reader.take(HASH_BYTES)) });
  }
  if (!reader.isAtEnd || firstHash >= 2 ** 32) throw damaged(where, 'its list is damaged');
  return { limit, numeric: new Map(numeric), files };
}

function isNumeric(value: unknown): value is [string, number[]][] {
  const isAscending = (list: unknown) =>
    Array.isArray(list) &&
    list.length > 0 &&
    list.length <= MAX_BUCKETS &&
    list.every((x, i) => Number.isFinite(x) && (i === 0 || x > list[i - 1]));
  return (
    Array.isArray(value) &&
    value.every(
      (pair) =>
        Array.isArray(pair) &&
        pair.length === 2 &&
        typeof pair[0] === 'string' &&
        isAscending(pair[1]),
    )
  );
}
