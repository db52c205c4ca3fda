/** Which index a catalogue gets: the one whose searches are the fastest for visitors (search-time.ts). */
import { deflateRawSync } from 'node:zlib';
import { writeColumns } from '../../../core/bundle/columns.ts';
import { cutByContent, fileRowsFor } from '../../../core/bundle/cut.ts';
import { type HnswGraph, writeGraphShards } from '../../../core/bundle/graph.ts';
import type { Manifest, PartsInfo } from '../../../core/bundle/manifest.ts';
import { type CodeSpace, readSpace } from '../../../core/codes/space.ts';
import { SoutuError } from '../../../core/errors.ts';
import type { SearchItem } from '../../../core/item.ts';
import { isSameModel, type ModelSpec } from '../../../core/model/spec.ts';
import { encodeFloats } from '../../../core/text.ts';
import type { Space } from '../../../core/vector/space.ts';
import { openPrevious } from '../previous/previous-release.ts';
import type { NewIndex, WholeIndex } from './made-index.ts';
import { codeFiles, type MadeCodes, makeCodes } from './make-codes.ts';
import { type DeltaRows, type MadeDelta, makeDelta, noDelta } from './parts/delta/make-delta.ts';
import { type MadeParts, makeParts } from './parts/make-parts.ts';
import { rowsOf } from './row-source.ts';
import {
  type CatalogueSize,
  leastCodesTime,
  leastPartsTime,
  likelyCodesTime,
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
export const LEAST_RECALL = 0.985;

export interface CodesOptions {
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
  /** Of every kind that was compared; none if the owner chose. */
  readonly times: readonly IndexTime[];
}

const VECTORS = { type: 'vectors' } as const;

/**
 * Makes the index that the owner asks for, or the fastest: the same one each time, because nothing is timed.
 * @param previous the release that this one replaces, in `folder`; the space of its codes is kept where it serves
 * @throws SoutuError `UsageError` if codes or parts are asked for and none have the recall
 */
export async function chooseIndex(
  rows: CatalogueRows,
  items: readonly SearchItem[],
  options: CodesOptions,
  folder: string,
  previous: Manifest | null,
): Promise<ChosenIndex> {
  const isTiny = items.length < LEAST_PHOTOS;
  const { index: option = 'auto' } = options;
  switch (option) {
    case 'flat':
      return { index: VECTORS, times: [] };
    case 'codes': {
      const codes = await askedCodes(rows, options, folder, previous);
      return { index: { type: 'codes', codes }, times: [] };
    }
    case 'parts':
      return {
        index: { type: 'parts', parts: await askedParts(rows, items, options) },
        times: [],
      };
    case 'hnsw': {
      if (isTiny) return { index: VECTORS, times: [] };
      const { index } = await fastestOf(['codes'], rows, items, options, folder, previous);
      return { index, times: [] };
    }
    case 'auto':
      if (isTiny) return { index: VECTORS, times: [] };
      return fastestOf(['codes', 'parts'], rows, items, options, folder, previous);
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
  rows: CatalogueRows,
  items: readonly SearchItem[],
  options: CodesOptions,
  folder: string,
  previous: Manifest | null,
): Promise<ChosenIndex> {
  const size = sizeOf(rows, items);
  const least = { codes: leastCodesTime(size), parts: leastPartsTime(size) };
  const make = {
    codes: async () => {
      const codes = await codesOf(rows, options, folder, previous);
      return (
        codes && { index: { type: 'codes', codes }, ...wholeTime('codes', size, bytesOf(codes)) }
      );
    },
    parts: async () => {
      const parts = await partsOf(rows, items, options);
      return parts && { index: { type: 'parts', parts }, ...partsTime(parts.cold) };
    },
  } satisfies Record<string, () => Promise<(SearchTime & { readonly index: NewIndex }) | null>>;

  let best: NewIndex = VECTORS;
  const times: IndexTime[] = [
    { index: 'vectors', links: false, ...wholeTime('vectors', size, 2 * rows.vectors.length) },
  ];
  const isFastest = (time: SearchTime) => times.every((own) => weighed(time) < weighed(own));
  // What is faster at its best comes first: it may make the other one superfluous.
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

async function codesOf(
  { ids, vectors, dimension }: CatalogueRows,
  { minRecall, threads }: CodesOptions,
  folder: string,
  previous: Manifest | null,
): Promise<MadeCodes | null> {
  const { vectors: max } = fileRowsFor(ids.length, previous?.cut);
  return makeCodes(rowsOf(vectors, dimension), {
    recall: minRecall ?? LEAST_RECALL,
    // What the owner asks for is no matter of degree.
    ...(minRecall === undefined ? {} : { maxLoss: 0 }),
    ranges: cutByContent(ids, max),
    previous: await previousSpace(folder, previous),
    ...(threads === undefined ? {} : { threads }),
  });
}

async function askedCodes(
  rows: CatalogueRows,
  options: CodesOptions,
  folder: string,
  previous: Manifest | null,
): Promise<MadeCodes> {
  const made = await codesOf(rows, options, folder, previous);
  if (made) return made;
  throw new SoutuError(
    'UsageError',
    `--index codes: no codes of these ${rows.ids.length} photos that are smaller than their vectors find ` +
      `${options.minRecall ?? LEAST_RECALL} of the ten nearest. Leave out --index, or ask for less with --min-recall.`,
  );
}

/** Searches in shards find this share of the ten nearest at least. */
export const PARTS_RECALL = 0.95;
/** Fewer items than these are in one shard. */
const LEAST_OF_PARTS = 16;

/** @returns null if no shards have the recall */
function partsOf(
  { vectors, dimension }: CatalogueRows,
  items: readonly SearchItem[],
  { minRecall, threads }: CodesOptions,
): Promise<MadeParts | null> {
  return makeParts(rowsOf(vectors, dimension), {
    recall: minRecall ?? PARTS_RECALL,
    rowBytes: rowBytesOf(items),
    ...(threads === undefined ? {} : { threads }),
  });
}

async function askedParts(
  rows: CatalogueRows,
  items: readonly SearchItem[],
  options: CodesOptions,
): Promise<MadeParts> {
  const { length } = items;
  const made = length < LEAST_OF_PARTS ? null : await partsOf(rows, items, options);
  if (made) return made;
  throw new SoutuError(
    'UsageError',
    length < LEAST_OF_PARTS
      ? `--index parts: ${length} photos are too few for an index in parts, which needs ${LEAST_OF_PARTS}. Leave out --index.`
      : `--index parts: no shards of these ${length} photos that a search can load find ${options.minRecall ?? PARTS_RECALL} of ` +
          'the ten nearest. Leave out --index, or ask for less with --min-recall.',
  );
}

/**
 * The index in parts of the previous release, if few items have changed since.
 * @param space of this release
 * @param previous in `folder`
 * @param tell receives the reason if the shards are made again
 * @returns null for another index, or for shards made anew
 */
export async function deltaFor(
  rows: DeltaRows,
  { index = 'auto', minRecall }: CodesOptions,
  { space, model, neighbours }: { space: Space; model: ModelSpec; neighbours: number },
  folder: string,
  previous: Manifest | null,
  tell: (line: string) => void,
): Promise<MadeDelta | null> {
  if (previous?.index.type !== 'parts' || (index !== 'parts' && index !== 'auto')) return null;
  if (index === 'auto' && !isStillFastest(rows, previous.index.parts)) return null;
  const anew = (why: string) => {
    tell(noDelta(why));
    return null;
  };
  if (!isSameModel(previous.model, model)) return anew('the model is another one.');
  const { centre, colourWeight, parts } = previous.index;
  const isSameSpace =
    centre === (space.centre && encodeFloats(space.centre)) &&
    colourWeight === space.colour?.weight &&
    // Vectors that moved towards others move again with every item.
    neighbours === 0 &&
    (previous.index.neighbours ?? 0) === 0;
  if (!isSameSpace) {
    return anew('the weight of colours, the centre or the neighbours of vectors have changed.');
  }
  const wanted = minRecall ?? PARTS_RECALL;
  if (parts.wanted !== wanted) {
    return anew(
      `the previous ones were made for a recall of ${parts.wanted}, and ${wanted} is wanted.`,
    );
  }
  return makeDelta(rows, folder, previous, tell);
}

/** Whether codes in one file would not be much faster, as far as one can say without making them. */
function isStillFastest({ items, vectors }: DeltaRows, { cold }: PartsInfo): boolean {
  const size = {
    ...{ count: items.length, dimension: vectors.length / items.length },
    rowBytes: rowBytesOf(items),
  };
  const time = partsTime({ bytes: cold.bytes, waves: USUAL_WAVES });
  return weighed(time) < AS_LONG_AGAIN * weighed(likelyCodesTime(size));
}

/** A catalogue that is nearly as fast with codes keeps its shards, which visitors have. */
const AS_LONG_AGAIN = 1.5;
/** On average, of shards and of fine files (`npm run bench -- index --only parts`). */
const USUAL_WAVES = 3;

/** Bytes of an item's id and attributes in a shard, from a sample. */
function rowBytesOf(items: readonly SearchItem[]): number {
  const step = Math.max(1, Math.floor(items.length / SAMPLED));
  const sample = items.filter((_, row) => row % step === 0);
  const [columns] = writeColumns(sample, [[0, sample.length]]);
  return deflateRawSync(columns?.bytes ?? new Uint8Array()).length / sample.length;
}

/** Items in the sample: about one shard. */
const SAMPLED = 250;

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

/** For `scripts/bench`, which takes codes and parts as fields of their own. */
export async function makeIndex(
  ...args: Parameters<typeof chooseIndex>
): Promise<{ readonly codes: MadeCodes | null; readonly parts: MadeParts | null }> {
  const { index } = await chooseIndex(...args);
  return {
    codes: index.type === 'codes' ? index.codes : null,
    parts: index.type === 'parts' ? index.parts : null,
  };
}
