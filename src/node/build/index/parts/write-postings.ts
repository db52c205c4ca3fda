/** Writes the postings of an index in parts: for each value of an attribute, where the rows with it are. */
import { deflateRawSync } from 'node:zlib';
import { writeColumns } from '../../../../core/bundle/columns.ts';
import type { BundleRole } from '../../../../core/bundle/file-names.ts';
import { ransTablesOf } from '../../../../core/codes/row-codes.ts';
import { tableOfColumns } from '../../../../core/codes/tables.ts';
import type { FileRef } from '../../../../core/file-ref.ts';
import type { SearchItem } from '../../../../core/item.ts';
import { encodeRans } from '../../../../core/model/rans-encode.ts';
import {
  listOfPostings,
  type Posting,
  writePostingColumns,
  writePostingFile,
} from '../../../../core/parts/posting-files.ts';
import {
  type PostingFileRef,
  type PostingValue,
  postingHash,
  writePostings,
} from '../../../../core/parts/postings.ts';
import { HASH_BYTES, MAX_COLUMN_BYTES, type PartRef } from '../../../../core/parts/shard-files.ts';
import { shardOf } from '../../../../core/parts/shard-of.ts';
import type { PartsCodes } from './make-parts.ts';

/** The share of the rows up to which a posting has codes: by the study, more are found for fewer bytes in shards. */
const COVERED = 0.05;
/** A posting with codes for a small catalogue, too, where few rows are many in a hundred. */
const LEAST_COVERED = 64;
/** The share of a numeric attribute's rows that is in each bucket. */
const BUCKET = 0.02;
/** Small postings share files of about this size. */
const FILE_BYTES = 24_000;
/** The most files of all postings; if there were more, postings share larger files. */
const MOST_FILES = 500;
/** About; a row's coarse codes and position. */
const ROW_BYTES = 41;
const POSITION_BYTES = 0.6;

interface Values {
  readonly numeric: Map<string, readonly number[]>;
  readonly postings: readonly Entry[];
}

interface Entry {
  readonly attribute: string;
  readonly value: PostingValue;
  readonly hash: number;
  readonly positions: Uint32Array;
}

/**
 * @param items search items in order of their positions
 * @param add writes a file and remembers it
 * @returns null if no item has attributes
 */
export async function writePostingFiles(
  made: PartsCodes,
  items: readonly SearchItem[],
  add: (role: BundleRole, bytes: Uint8Array) => Promise<FileRef>,
): Promise<FileRef | null> {
  const limit = limitOf(items);
  const { numeric, postings } = valuesOf(items);
  if (postings.length === 0) return null;
  const files: PostingFileRef[] = [];
  for (const group of groupsOf(postings, limit)) {
    const covered = group.filter(({ positions }) => positions.length <= limit);
    const all = Uint32Array.from(covered.flatMap(({ positions }) => [...positions]));
    const [plain] = writeColumns(
      Array.from(all, (position) => items[position] as SearchItem),
      [[0, all.length]],
      Number.POSITIVE_INFINITY,
    );
    const columns = partOf(
      await add('posting', writePostingColumns(all.length, deflated(plain?.bytes))),
    );
    let first = 0;
    const list = group.map(({ attribute, value, positions }): Posting => {
      const isCovered = positions.length <= limit;
      const posting = { attribute, value, positions, first: isCovered ? first : -1 };
      if (isCovered) first += positions.length;
      return posting;
    });
    const file = writePostingFile(
      { stream: streamOf(made, all), rows: all.length, columns, postings: list },
      deflated(new TextEncoder().encode(listOfPostings(list))),
    );
    files.push({
      ...partOf(await add('posting', file)),
      firstHash: group[0]?.hash ?? 0,
      rows: group.reduce((most, { positions }) => Math.max(most, positions.length), 0),
    });
  }
  return add('postings', writePostings({ limit, numeric, files }));
}

/** The most rows of a posting with codes; readers refuse columns that are too large. */
function limitOf(items: readonly SearchItem[]): number {
  const bytes = items.reduce((sum, item) => sum + JSON.stringify(item).length, 0);
  // Those of a posting may be twice as large as others.
  const most = Math.floor((MAX_COLUMN_BYTES * items.length) / (2 * bytes));
  return Math.max(1, Math.min(most, Math.max(LEAST_COVERED, Math.floor(COVERED * items.length))));
}

function partOf({ bytes, sha256 }: FileRef): PartRef {
  return { bytes, hash: sha256.slice(0, 2 * HASH_BYTES) };
}

function deflated(plain: Uint8Array = new Uint8Array()) {
  return { deflated: new Uint8Array(deflateRawSync(plain, { level: 9 })), bytes: plain.length };
}

/** Ascending by their hashes. */
function valuesOf(items: readonly SearchItem[]): Values {
  const texts = new Map<string, Map<string, number[]>>();
  const numbers = new Map<string, [position: number, number: number][]>();
  const mixed = new Set<string>();
  items.forEach(({ attributes = {} }, position) => {
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === 'number') {
        const list = numbers.get(name) ?? [];
        numbers.set(name, list);
        list.push([position, value]);
      } else mixed.add(name);
      const values = texts.get(name) ?? new Map<string, number[]>();
      texts.set(name, values);
      for (const text of new Set(typeof value === 'object' ? value : [String(value)])) {
        const positions = values.get(text);
        if (positions) positions.push(position);
        else values.set(text, [position]);
      }
    }
  });
  const numeric = new Map<string, readonly number[]>();
  const postings: Entry[] = [];
  const put = (attribute: string, value: PostingValue, positions: Iterable<number>) =>
    postings.push({
      ...{ attribute, value, hash: postingHash(attribute, value) },
      positions: Uint32Array.from(positions),
    });
  for (const [name, values] of texts) {
    const own = numbers.get(name);
    if (!own || mixed.has(name)) {
      for (const [text, positions] of values) put(name, text, positions);
      continue;
    }
    const buckets = bucketsOf(own, Math.ceil(BUCKET * items.length));
    numeric.set(
      name,
      buckets.map(([first]) => (first as [number, number])[1]),
    );
    buckets.forEach((bucket, b) => {
      put(
        name,
        b,
        bucket.map(([position]) => position).sort((x, y) => x - y),
      );
    });
  }
  postings.sort(
    (a, b) =>
      a.hash - b.hash ||
      (a.attribute < b.attribute ? -1 : a.attribute > b.attribute ? 1 : 0) ||
      (String(a.value) < String(b.value) ? -1 : 1),
  );
  return { numeric, postings };
}

/** Sorted by number, and cut where the number changes, so that each is in one bucket. */
function bucketsOf(rows: [position: number, number: number][], wanted: number) {
  const sorted = [...rows].sort((a, b) => a[1] - b[1] || a[0] - b[0]);
  const buckets: (typeof rows)[] = [];
  let bucket: typeof rows = [];
  for (let from = 0; from < sorted.length; ) {
    let end = from;
    const number = sorted[from]?.[1];
    while (end < sorted.length && sorted[end]?.[1] === number) end++;
    // A number that many rows have is a bucket of its own.
    if (bucket.length > 0 && bucket.length + end - from > wanted) {
      buckets.push(bucket);
      bucket = [];
    }
    for (; from < end; from++) bucket.push(sorted[from] as [number, number]);
  }
  if (bucket.length > 0) buckets.push(bucket);
  return buckets;
}

/** The postings of each file. */
function groupsOf(postings: readonly Entry[], limit: number): Entry[][] {
  for (let most = FILE_BYTES; ; most *= 2) {
    const groups: Entry[][] = [];
    let bytes = 0;
    postings.forEach((entry, i) => {
      const { length } = entry.positions;
      const rows = length * (length <= limit ? ROW_BYTES : POSITION_BYTES);
      const own = rows + String(entry.value).length;
      const isSameHash = postings[i - 1]?.hash === entry.hash;
      // A large posting has a file of its own, so that searches for other values do not download it.
      const isLarge = own > most / 2 || length > limit;
      const isFull = bytes + own > most || isLarge;
      if (i === 0 || (isFull && !isSameHash)) {
        groups.push([]);
        bytes = 0;
      }
      groups.at(-1)?.push(entry);
      bytes += isLarge ? most : own;
    });
    if (groups.length <= MOST_FILES || most > 2 ** 30) return groups;
  }
}

/** Codes less those of the centroid of each row's own shard. */
function streamOf(made: PartsCodes, positions: Uint32Array): Uint16Array {
  const { coarse, centroids, starts, layers } = made;
  const tableOf = tableOfColumns(layers.tables);
  const columns = tableOf.length;
  const rows = positions.length;
  const byColumn = new Int16Array(columns * rows);
  let row = 0;
  for (const position of positions) {
    const shard = shardOf(starts, position);
    for (let c = 0; c < columns; c++) {
      byColumn[c * rows + row] =
        (coarse[position * columns + c] as number) - (centroids[shard * columns + c] as number);
    }
    row++;
  }
  return encodeRans(byColumn, ransTablesOf(layers.tables), tableOf);
}
