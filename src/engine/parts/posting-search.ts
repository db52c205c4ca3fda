/**
 * Rows that match a filter, by the postings of an index in parts:
 *
 *     list of postings ─▶ postings of the rarest condition ─▶ columns, for further conditions, groups and counts
 *
 * All of their rows are scored by coarse codes, so that none is missed, whichever shard it is in. If all conditions are
 * common, their postings have positions alone: they say which shards have rows that match.
 */
import { sumCodes } from '../../core/codes/score.ts';
import type { Filter } from '../../core/contract.ts';
import type { SearchItem } from '../../core/item.ts';
import type { LayerCodes } from '../../core/parts/code-decoder.ts';
import type { LayeredQuery } from '../../core/parts/layers.ts';
import {
  type Posting,
  type PostingFile,
  readPostingColumns,
  readPostingFile,
} from '../../core/parts/posting-files.ts';
import {
  bucketsOf,
  fileOfPosting,
  type PostingFileRef,
  type Postings,
  type PostingValue,
  postingHash,
  readPostings,
} from '../../core/parts/postings.ts';
import type { PartsRoot } from '../../core/parts/root.ts';
import type { PartRef } from '../../core/parts/shard-files.ts';
import { shardOf } from '../../core/parts/shard-of.ts';
import type { ReadPart } from '../../core/parts/shard-reader.ts';
import { matcher } from '../../core/search/filter.ts';
import { rowOf } from '../../core/search/item-table.ts';
import { isRange } from '../../core/search/number-range.ts';

export type Posted = PostedRows | PostedShards;

/** Postings list the positions of rows that may match, but have no codes of them. */
export interface PostedShards {
  readonly kind: 'shards';
  /** 1 for each shard with such a row of its own. */
  readonly shards: Uint8Array;
}

export interface PostedRows {
  readonly kind: 'rows';
  /** Ascending. */
  readonly positions: Uint32Array;
  /** Scores by coarse codes. */
  readonly scores: Float64Array;
  /** Loads the item of each row. */
  items(): Promise<readonly SearchItem[]>;
  /** Bytes that `items` still downloads, about. */
  readonly itemBytes: number;
}

/** A condition, by the postings that list its rows. */
interface Plan {
  readonly attribute: string;
  readonly values: readonly PostingValue[];
  /** Files of the values that may have a posting. */
  readonly files: readonly PostingFileRef[];
  /** The most rows that the postings list. */
  readonly rows: number;
  readonly bytes: number;
  /** Whether each row of the postings matches. */
  readonly isExact: boolean;
}

interface OpenFile extends PostingFile {
  /** rows × columns */
  readonly codes: Int8Array | Int16Array;
}

/** Files in memory: those of a filter with a few values. */
const KEPT_FILES = 16;

/** The most bytes of postings that are read to learn which shards have rows that match: a few shards. */
const MOST_LIST_BYTES = 100_000;
/** Bytes of a row with codes, in a file that several postings share. */
const ROW_BYTES = 60;
/** Files of many rare values may be so large. */
const LEAST_SCAN_BYTES = 150_000;

export class PostingSearch {
  readonly #root: PartsRoot;
  readonly #read: ReadPart;
  readonly #ref: PartRef;
  readonly #coarse: LayerCodes;
  /** The last used comes last. */
  readonly #files = new Map<string, Promise<OpenFile>>();
  readonly #columns = new WeakMap<OpenFile, Promise<readonly SearchItem[]>>();
  #postings: Promise<Postings> | null = null;

  constructor(root: PartsRoot, ref: PartRef, read: ReadPart, coarse: LayerCodes) {
    this.#root = root;
    this.#ref = ref;
    this.#read = read;
    this.#coarse = coarse;
  }

  /**
   * @returns null if no postings list the rows of any condition: searches read shards then
   * @throws MissingFileError; SoutuError `BundleError` or `NetworkError`
   */
  async find(filter: Filter, query: LayeredQuery): Promise<Posted | null> {
    const postings = await this.#open();
    const plans = Object.entries(filter).flatMap((entry) => planOf(postings, entry) ?? []);
    const [plan] = plans
      .filter((own) => isCovered(own, postings.limit))
      .sort((a, b) => a.rows - b.rows);
    if (!plan) {
      const small = plans.filter(({ bytes }) => bytes <= MOST_LIST_BYTES);
      return small.length > 0 ? this.#shardsOf(small, postings.limit) : null;
    }
    const files = await Promise.all(plan.files.map((ref) => this.#file(ref, postings.limit)));
    const sources = new Map<number, { file: OpenFile; row: number }>();
    for (const file of files) {
      for (const posting of postingsOf(plan, file)) {
        posting.positions.forEach((position, i) => {
          sources.set(position, { file, row: posting.first + i });
        });
      }
    }
    const itemsOf = async (positions: Iterable<number>) => {
      const all = new Map(
        await Promise.all(files.map(async (file) => [file, await this.#itemsOf(file)] as const)),
      );
      return Array.from(positions, (position) => {
        const source = sources.get(position) as { file: OpenFile; row: number };
        return all.get(source.file)?.[source.row] as SearchItem;
      });
    };
    let positions = Uint32Array.from(sources.keys()).sort();
    const needsItems = !plan.isExact || Object.keys(filter).length > 1;
    if (needsItems) {
      const matches = matcher(filter);
      const items = await itemsOf(positions);
      positions = positions.filter((_, i) => matches(rowOf(items[i] as SearchItem)));
    }
    return {
      kind: 'rows',
      positions,
      scores: this.#scoresOf(positions, sources, query),
      items: () => itemsOf(positions),
      itemBytes: needsItems ? 0 : files.reduce((sum, { columns }) => sum + columns.bytes, 0),
    };
  }

  /** The shards of the rows that may match all conditions. */
  async #shardsOf(plans: readonly Plan[], limit: number): Promise<PostedShards> {
    const { count, starts } = this.#root;
    const met = new Uint8Array(count);
    for (const [i, plan] of plans.entries()) {
      const files = await Promise.all(plan.files.map((ref) => this.#file(ref, limit)));
      for (const { positions } of files.flatMap((file) => postingsOf(plan, file))) {
        // A row counts once for each condition, however many of its values it has.
        for (const position of positions) if (met[position] === i) met[position] = i + 1;
      }
    }
    // Segments of a delta, which follow the shards, have rows of no posting.
    const shards = new Uint8Array(this.#root.spreads.length);
    for (let shard = 0; shard < shards.length; shard++) {
      const own = met.subarray(starts[shard], starts[shard + 1]);
      if (own.includes(plans.length)) shards[shard] = 1;
    }
    return { kind: 'shards', shards };
  }

  #scoresOf(
    positions: Uint32Array,
    sources: ReadonlyMap<number, { file: OpenFile; row: number }>,
    { coarse }: LayeredQuery,
  ): Float64Array {
    const { starts, centroids } = this.#root;
    const { columns } = this.#coarse;
    const sums = new Int32Array(1);
    const ofShards = new Map<number, number>();
    const sumOf = (codes: Int8Array | Int16Array, row: number): number => {
      sumCodes(codes.subarray(row * columns, (row + 1) * columns), coarse.weights, sums);
      return sums[0] as number;
    };
    return Float64Array.from(positions, (position) => {
      const shard = shardOf(starts, position);
      const centroid = ofShards.get(shard) ?? sumOf(centroids, shard);
      ofShards.set(shard, centroid);
      const { file, row } = sources.get(position) as { file: OpenFile; row: number };
      return coarse.offset + coarse.unit * (sumOf(file.codes, row) + centroid);
    });
  }

  #open(): Promise<Postings> {
    if (!this.#postings) {
      const opening = this.#read('postings', this.#ref).then((file) =>
        readPostings(file, 'list of postings'),
      );
      this.#postings = opening;
      // The next search tries again.
      opening.catch(() => {
        this.#postings = null;
      });
    }
    return this.#postings;
  }

  #file(ref: PostingFileRef, limit: number): Promise<OpenFile> {
    const known = this.#files.get(ref.hash);
    this.#files.delete(ref.hash);
    const file = known ?? this.#load(ref, limit);
    this.#files.set(ref.hash, file);
    file.catch(() => this.#files.delete(ref.hash));
    for (const key of this.#files.keys()) {
      if (this.#files.size <= KEPT_FILES) break;
      this.#files.delete(key);
    }
    return file;
  }

  async #load(ref: PostingFileRef, limit: number): Promise<OpenFile> {
    const where = `posting ${ref.hash.slice(0, 16)}`;
    const { count } = this.#root;
    const file = await readPostingFile(await this.#read('posting', ref), limit, count, where);
    return { ...file, codes: this.#coarse.decode(file.stream, file.rows, where) };
  }

  #itemsOf(file: OpenFile): Promise<readonly SearchItem[]> {
    const known = this.#columns.get(file);
    if (known) return known;
    const where = `columns ${file.columns.hash.slice(0, 16)}`;
    const items = this.#read('posting', file.columns).then((bytes) =>
      readPostingColumns(bytes, file.rows, where),
    );
    this.#columns.set(file, items);
    items.catch(() => this.#columns.delete(file));
    return items;
  }
}

/** Several values may have more rows than one: their postings still take fewer bytes than as many shards. */
function isCovered({ files, rows, bytes }: Plan, limit: number): boolean {
  const most = Math.max(LEAST_SCAN_BYTES, 2 * limit * ROW_BYTES);
  return rows <= 2 * limit && bytes <= most && files.every((file) => file.rows <= limit);
}

function postingsOf({ attribute, values }: Plan, { postings }: OpenFile): Posting[] {
  return postings.filter((own) => own.attribute === attribute && values.includes(own.value));
}

/** Null if no postings list the rows of the condition. */
function planOf(postings: Postings, [name, condition]: [string, Filter[string]]): Plan | null {
  const attribute = name.normalize('NFC');
  const lows = postings.numeric.get(attribute);
  const of = (values: readonly PostingValue[], isExact: boolean): Plan => {
    const files = values.flatMap(
      (value) => fileOfPosting(postings, postingHash(attribute, value)) ?? [],
    );
    const distinct = [...new Set(files)];
    const rows = files.reduce((sum, file) => sum + file.rows, 0);
    const bytes = distinct.reduce((sum, file) => sum + file.bytes, 0);
    return { attribute, values, files: distinct, rows, bytes, isExact };
  };
  if (isRange(condition)) return lows ? of(bucketsOf(lows, condition), false) : null;
  const wanted = [condition].flat().map((value) => String(value).normalize('NFC'));
  if (!lows) return of([...new Set(wanted)], true);
  // A text that is not how its number is written matches no row.
  const numbers = wanted.map(Number).filter((number, i) => String(number) === wanted[i]);
  const buckets = numbers.flatMap((number) => bucketsOf(lows, { gte: number, lte: number }));
  return of([...new Set(buckets)], false);
}
