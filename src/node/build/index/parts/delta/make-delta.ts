/**
 * A delta: an index in parts of the previous release, and what has changed since. Its files stay as they are, so that visitors
 * who come back download the changes alone.
 */
import type { Manifest, PartsInfo } from '../../../../../core/bundle/manifest.ts';
import { SoutuError } from '../../../../../core/errors.ts';
import type { IndexedItem } from '../../../../../core/item.ts';
import { readListing } from '../../../../../core/parts/listing.ts';
import { type PartsRoot, readRoot } from '../../../../../core/parts/root.ts';
import { allVectors } from '../../../../../core/parts/whole-codes.ts';
import { openPrevious, type PreviousRelease } from '../../../previous/previous-release.ts';
import { type AddedCodes, encodeAdded } from './encode-added.ts';
import { findChanges } from './find-changes.ts';
import { groupItems } from './group-homes.ts';

export interface MadeDelta {
  /** What the manifest says of the index that stays, without the delta that the previous release may have. */
  readonly base: PartsInfo;
  readonly root: PartsRoot;
  /** Positions, ascending. */
  readonly removed: Uint32Array;
  /** Rows of the added items, in order of their positions after those of the root. */
  readonly added: Int32Array;
  /** Codes of the added items, in the same order. */
  readonly codes: AddedCodes;
  /** Items of each segment. */
  readonly segments: readonly number[];
  /** The position of each row. */
  readonly positions: Int32Array;
  /** count × dimension: what the codes of all rows stand for */
  readonly decoded: Float32Array;
}

export interface DeltaRows {
  /** Sorted by id. */
  readonly items: readonly IndexedItem[];
  /** The model's vector of a row in f16, as archives have it. */
  readonly plainOf: (row: number) => Uint16Array;
  /** count × dimension, as a search compares them. */
  readonly vectors: Float32Array;
}

export interface DeltaLimits {
  /** Share of the items: with more changes, searches read more than with new shards. */
  readonly changed: number;
  /** Added items that are one file; of more, groups of neighbours have one each. */
  readonly segmentItems: number;
}

const LIMITS: DeltaLimits = { changed: 0.03, segmentItems: 1200 };
/** Codes of added items may have this many times the mean squared error of the others. */
const MOST_LOSS = 2;
const LEAST_JUDGED = 32;
/** So many of the added items may be worse than any other: of a kind that the basis does not know. */
const MOST_UNKNOWN = 0.25;

/**
 * @param tell receives the reason if there is none
 * @returns null if new shards are needed: too much has changed, the codes suit the added items badly, or a file is damaged
 */
export async function makeDelta(
  rows: DeltaRows,
  folder: string,
  previous: Manifest,
  tell: (line: string) => void,
  limits = LIMITS,
): Promise<MadeDelta | null> {
  const { index } = previous;
  if (index.type !== 'parts') return null;
  const needsShards = (why: string) => {
    tell(noDelta(why));
    return null;
  };
  const { items, plainOf, vectors } = rows;
  const release = await openPrevious(folder, previous);
  const read = async () => {
    const root = await readWhole(release, index.parts);
    return { root, changes: await findChanges(release, root.count, items, plainOf) };
  };
  const found = await read().catch((error: unknown) => {
    if (error instanceof SoutuError) return error;
    throw error;
  });
  if (found instanceof SoutuError) {
    return needsShards(`the previous release cannot be read whole: ${found.message}`);
  }
  const { root, changes } = found;
  const { removed } = changes;
  const most = limits.changed * root.count;
  if (changes.added.length > most || removed.length > most) {
    return needsShards(
      `${changes.added.length} items were added and ${removed.length} removed since they were made, more than ${100 * limits.changed} % of ${root.count}.`,
    );
  }
  const { dimension } = root.layers.fine;
  const added = Int32Array.from(changes.added);
  const codes = await encodeAdded(root, pick(vectors, added, dimension));
  const groups = groupItems(
    codes.homes,
    root.centroids,
    root.layers.columns.length,
    limits.segmentItems,
  );
  const order = groups.flat();
  const positions = changes.positions.slice();
  order.forEach((item, i) => {
    positions[added[item] as number] = root.count + i;
  });
  const rowAt = new Int32Array(root.count).fill(-1);
  changes.positions.forEach((position, row) => {
    if (position >= 0) rowAt[position] = row;
  });
  const decoded = await allVectors(
    root,
    (role, ref) => release.bundle.readPart(role, ref),
    items.length,
    rowAt,
  );
  const isAdded = new Set(changes.added);
  const known = lossesOf(vectors, decoded, dimension, (row) => !isAdded.has(row));
  added.forEach((row, i) => {
    decoded.set(codes.decoded.subarray(i * dimension, (i + 1) * dimension), row * dimension);
  });
  if (
    !suits(
      lossesOf(vectors, decoded, dimension, (row) => isAdded.has(row)),
      known,
    )
  ) {
    return needsShards(
      'the added photos are too different from those that the codes were made for.',
    );
  }
  return {
    base: withoutDelta(index.parts, root.count),
    ...{ root, removed, positions, decoded },
    added: Int32Array.from(order, (item) => added[item] as number),
    codes: inOrder(codes, order, root),
    segments: groups.map(({ length }) => length),
  };
}

/** Says why visitors who come back download shards again. */
export const noDelta = (why: string): string =>
  `The index gets new shards, which visitors who come back download again: ${why}`;

/** The root, if no file of the index is damaged. */
async function readWhole(release: PreviousRelease, { root, list }: PartsInfo): Promise<PartsRoot> {
  for (const ref of readListing(await release.read(list), list.file)) await release.read(ref);
  return readRoot(await release.read(root), root.file);
}

function withoutDelta({ delta, ...info }: PartsInfo, count: number): PartsInfo {
  const isBase = (set: { readonly count: number }) => set.count === count;
  const bytes = info.cold.bytes - (delta?.cold.bytes ?? 0);
  const requests = info.cold.requests - (delta?.cold.requests ?? 0);
  return {
    ...info,
    details: info.details.filter(isBase).slice(0, 1),
    titles: info.titles.filter(isBase).slice(0, 1),
    cold: { bytes, requests: Math.round(10 * requests) / 10 },
  };
}

function inOrder({ homes, coarse, fine, decoded }: AddedCodes, order: number[], root: PartsRoot) {
  const { layers } = root;
  return {
    homes: Uint16Array.from(order, (item) => homes[item] as number),
    coarse: pick(coarse, order, layers.columns.length),
    fine: pick(fine, order, layers.fine.columns),
    decoded: pick(decoded, order, layers.fine.dimension),
  };
}

function pick<T extends Int16Array | Float32Array>(
  all: T,
  rows: ArrayLike<number>,
  width: number,
): T {
  const out = new (all.constructor as new (length: number) => T)(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    out.set(all.subarray(row * width, (row + 1) * width), i * width);
  }
  return out;
}

function suits(added: readonly number[], known: readonly number[]): boolean {
  const mean = (losses: readonly number[]) =>
    losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  if (added.length >= LEAST_JUDGED && mean(added) > MOST_LOSS * mean(known)) return false;
  const most = known.reduce((largest, loss) => Math.max(largest, loss), 0);
  const unknown = added.filter((loss) => loss > MOST_LOSS * most).length;
  return unknown <= MOST_UNKNOWN * added.length;
}

/** Squared distances between vectors and what their codes stand for, of the rows that count. */
function lossesOf(
  vectors: Float32Array,
  decoded: Float32Array,
  dimension: number,
  counts: (row: number) => boolean,
): number[] {
  const losses: number[] = [];
  for (let row = 0; row < vectors.length / dimension; row++) {
    if (!counts(row)) continue;
    let sum = 0;
    for (let i = row * dimension; i < (row + 1) * dimension; i++) {
      sum += ((vectors[i] as number) - (decoded[i] as number)) ** 2;
    }
    losses.push(sum);
  }
  return losses;
}
