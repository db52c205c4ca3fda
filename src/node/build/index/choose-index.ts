/** Which index a catalogue gets: the one whose searches are the fastest for visitors (search-time.ts). */
import { cutByContent, fileRowsFor } from '../../../core/bundle/cut.ts';
import { type HnswGraph, writeGraphShards } from '../../../core/bundle/graph.ts';
import type { Manifest } from '../../../core/bundle/manifest.ts';
import { type CodeSpace, readSpace } from '../../../core/codes/space.ts';
import { SoutuError } from '../../../core/errors.ts';
import type { SearchItem } from '../../../core/item.ts';
import { openPrevious } from '../previous/previous-release.ts';
import type { NewIndex, WholeIndex } from './made-index.ts';
import { codeFiles, type MadeCodes, makeCodes } from './make-codes.ts';
import { type MadeParts, makeParts } from './parts/make-parts.ts';
import { rowBytesOf } from './row-bytes.ts';
import { rowSourceOf } from './row-source.ts';
import {
  type CatalogueSize,
  leastCodesTime,
  leastPartsTime,
  partsTime,
  type SearchTime,
  weighed,
  wholeTime,
} from './search-time.ts';

/**
 * `auto`: the fastest for a visitor. `flat`: vectors, compared one by one. `hnsw`: codes where they are faster than vectors,
 * with a graph. `codes`: codes even where they are slower. `parts`: codes in shards, of which a search loads a few.
 */
export type IndexOption = 'auto' | 'flat' | 'hnsw' | 'codes' | 'parts';
export const INDEX_OPTIONS: readonly IndexOption[] = ['auto', 'flat', 'hnsw', 'codes', 'parts'];

/** Codes find this share of the ten nearest at least; a visitor sees no difference. */
const LEAST_RECALL = 0.985;

export interface IndexOptions {
  /** Default `auto`. */
  readonly index?: IndexOption | undefined;
  /** The least share of the ten nearest that codes find; default `LEAST_RECALL`. */
  readonly minRecall?: number | undefined;
  /** Default: all cores for large catalogues. */
  readonly threads?: number | undefined;
}

/** Codes of fewer photos save little, but their build takes seconds. */
export const LEAST_PHOTOS = 64;

export interface CatalogueRows {
  /** Sorted. */
  readonly ids: readonly string[];
  /** count × dimension, as a search compares them. */
  readonly vectors: Float32Array;
  readonly dimension: number;
}

/** What an index is made of. */
export interface CatalogueToIndex {
  readonly rows: CatalogueRows;
  readonly items: readonly SearchItem[];
  readonly options: IndexOptions;
  /** Has the files of `previous`. */
  readonly folder: string;
  /** The release that this one replaces: the space of its codes is kept where it serves. */
  readonly previous: Manifest | null;
}

/** An index that was made, or could be, and how long searches take with it. */
export interface IndexTime extends SearchTime {
  readonly index: NewIndex['type'];
  readonly links: boolean;
  /** It was not made, because even the smallest one could not be the fastest. The times are the least there could be. */
  readonly isLeast?: true;
}

/** What the build chose. */
export interface ChosenIndex {
  readonly index: NewIndex;
  /** The search times of every kind that was compared; none if the owner chose. */
  readonly times: readonly IndexTime[];
}

const VECTORS = { type: 'vectors' } as const;

/**
 * Makes the index that the owner asks for, or the fastest: the same one each time, because nothing is timed.
 * @throws SoutuError `UsageError` if codes or parts are asked for and none have the recall
 */
export async function chooseIndex(catalogue: CatalogueToIndex): Promise<ChosenIndex> {
  const isTiny = catalogue.items.length < LEAST_PHOTOS;
  const { index: option = 'auto' } = catalogue.options;
  switch (option) {
    case 'flat':
      return { index: VECTORS, times: [] };
    case 'codes': {
      const codes = await askedCodes(catalogue);
      return { index: { type: 'codes', codes }, times: [] };
    }
    case 'parts':
      return {
        index: { type: 'parts', parts: await askedParts(catalogue) },
        times: [],
      };
    case 'hnsw': {
      if (isTiny) return { index: VECTORS, times: [] };
      const { index } = await fastestOf(['codes'], catalogue);
      return { index, times: [] };
    }
    case 'auto':
      if (isTiny) return { index: VECTORS, times: [] };
      return fastestOf(['codes', 'parts'], catalogue);
  }
}

/**
 * Vectors, or what is faster. A kind is made only if its smallest index could be faster than all that were made before:
 *
 *     few photos    codes ─▶ faster than any parts could be? ─▶ no parts are made
 *     many photos   parts ─▶ faster than any codes could be? ─▶ no codes are made
 */
async function fastestOf(
  kinds: readonly ('codes' | 'parts')[],
  catalogue: CatalogueToIndex,
): Promise<ChosenIndex> {
  const { rows, items } = catalogue;
  const size = sizeOf(rows, items);
  const least = { codes: leastCodesTime(size), parts: leastPartsTime(size) };
  const make = {
    codes: async () => {
      const codes = await codesOf(catalogue);
      return (
        codes && { index: { type: 'codes', codes }, ...wholeTime('codes', size, bytesOf(codes)) }
      );
    },
    parts: async () => {
      const parts = await partsOf(catalogue);
      return parts && { index: { type: 'parts', parts }, ...partsTime(parts.cold) };
    },
  } satisfies Record<string, () => Promise<(SearchTime & { readonly index: NewIndex }) | null>>;

  let best: NewIndex = VECTORS;
  const times: IndexTime[] = [
    { index: 'vectors', links: false, ...wholeTime('vectors', size, 2 * rows.vectors.length) },
  ];
  const isFastest = (time: SearchTime) => times.every((own) => weighed(time) < weighed(own));
  // The kind that is faster at its best is made first; then the other one may not be needed.
  for (const kind of [...kinds].sort((a, b) => weighed(least[a]) - weighed(least[b]))) {
    if (!isFastest(least[kind])) {
      times.push({ index: kind, links: false, isLeast: true, ...least[kind] });
      continue;
    }
    const made = await make[kind]();
    if (!made) continue;
    const { index, first, next } = made;
    if (isFastest(made)) best = index;
    times.push({ index: kind, links: false, first, next });
  }
  return { index: best, times };
}

/**
 * An index of vectors or codes with links between its rows.
 * @param graph its files are part of the first search
 * @returns how long searches take with them, and whether that is less than without
 */
export function tryLinks(
  rows: CatalogueRows,
  items: readonly SearchItem[],
  index: WholeIndex,
  graph: HnswGraph,
): { readonly time: IndexTime; readonly pays: boolean } {
  const { type } = index;
  const bytes = type === 'codes' ? bytesOf(index.codes) : 2 * rows.vectors.length;
  const linkBytes = writeGraphShards(graph).reduce((sum, { length }) => sum + length, 0);
  const size = sizeOf(rows, items);
  const linked = wholeTime(type, size, bytes, linkBytes);
  return {
    time: { index: type, links: true, ...linked },
    pays: weighed(linked) < weighed(wholeTime(type, size, bytes)),
  };
}

const sizeOf = ({ dimension }: CatalogueRows, items: readonly SearchItem[]): CatalogueSize => ({
  ...{ count: items.length, dimension },
  rowBytes: rowBytesOf(items),
});

async function codesOf({
  rows: { ids, vectors, dimension },
  options: { minRecall, threads },
  folder,
  previous,
}: CatalogueToIndex): Promise<MadeCodes | null> {
  const { vectors: max } = fileRowsFor(ids.length, previous?.cut);
  return makeCodes(rowSourceOf(vectors, dimension), {
    recall: minRecall ?? LEAST_RECALL,
    // A recall that the owner asks for is a strict limit.
    ...(minRecall === undefined ? {} : { maxLoss: 0 }),
    ranges: cutByContent(ids, max),
    previous: await previousSpace(folder, previous),
    ...(threads === undefined ? {} : { threads }),
  });
}

async function askedCodes(catalogue: CatalogueToIndex): Promise<MadeCodes> {
  const made = await codesOf(catalogue);
  if (made) return made;
  const { items, options } = catalogue;
  throw new SoutuError(
    'UsageError',
    `--index codes: no codes of these ${items.length} photos that are smaller than their vectors find ` +
      `${options.minRecall ?? LEAST_RECALL} of the ten nearest. Leave out --index, or ask for less with --min-recall.`,
  );
}

/** Searches in shards find this share of the ten nearest at least. */
export const PARTS_RECALL = 0.95;
/** Fewer items than these are in one shard. */
const LEAST_OF_PARTS = 16;

/** @returns null if no shards have the recall */
function partsOf({
  rows: { vectors, dimension },
  items,
  options: { minRecall, threads },
}: CatalogueToIndex): Promise<MadeParts | null> {
  return makeParts(rowSourceOf(vectors, dimension), {
    recall: minRecall ?? PARTS_RECALL,
    rowBytes: rowBytesOf(items),
    ...(threads === undefined ? {} : { threads }),
  });
}

async function askedParts(catalogue: CatalogueToIndex): Promise<MadeParts> {
  const { items, options } = catalogue;
  const { length } = items;
  const made = length < LEAST_OF_PARTS ? null : await partsOf(catalogue);
  if (made) return made;
  throw new SoutuError(
    'UsageError',
    length < LEAST_OF_PARTS
      ? `--index parts: ${length} photos are too few for an index in parts, which needs ${LEAST_OF_PARTS}. Leave out --index.`
      : `--index parts: no shards of these ${length} photos that a search can load find ${options.minRecall ?? PARTS_RECALL} of ` +
          'the ten nearest. Leave out --index, or ask for less with --min-recall.',
  );
}

function bytesOf(made: MadeCodes): number {
  return codeFiles(made).reduce((sum, { bytes }) => sum + bytes.length, made.spaceBytes.length);
}

async function previousSpace(folder: string, previous: Manifest | null): Promise<CodeSpace | null> {
  if (previous?.index.type !== 'codes') return null;
  const { space } = previous.index.codes;
  try {
    const { read } = await openPrevious(folder, previous);
    return readSpace(await read(space), space.file);
  } catch {
    // The file is missing or damaged, so this build fits a space again.
    return null;
  }
}
