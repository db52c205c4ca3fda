/** Which index a catalogue gets: codes where they are fewer bytes for visitors, else vectors as they are. */
import { deflateRawSync } from 'node:zlib';
import { writeColumns } from '../../../core/bundle/columns.ts';
import { cutByContent, fileRowsFor } from '../../../core/bundle/cut.ts';
import type { Manifest } from '../../../core/bundle/manifest.ts';
import { type CodeSpace, readSpace } from '../../../core/codes/space.ts';
import { SoutuError } from '../../../core/errors.ts';
import type { SearchItem } from '../../../core/item.ts';
import { isSameModel, type ModelSpec } from '../../../core/model/spec.ts';
import { encodeFloats } from '../../../core/text.ts';
import type { Space } from '../../../core/vector/space.ts';
import { openEarlier } from '../earlier/earlier-release.ts';
import { codeFiles, type MadeCodes, makeCodes } from './make-codes.ts';
import { type DeltaRows, type MadeDelta, makeDelta, noDelta } from './parts/delta/make-delta.ts';
import { type MadeParts, makeParts } from './parts/make-parts.ts';
import { rowsOf } from './row-source.ts';

/**
 * `auto`: whatever a first search downloads the fewest bytes of. `flat`: vectors, compared one by one. `hnsw`: codes where
 * they are smaller, with a graph. `codes`: codes even where they are larger. `parts`: codes in shards, of which a search loads
 * a few.
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
const LEAST_PHOTOS = 64;

/** The script that reads codes, with brotli; smaller savings are none. */
const SCRIPT_BYTES = 5000;

export interface CatalogueRows {
  /** Sorted. */
  readonly ids: readonly string[];
  /** count × dimension, as a search compares them. */
  readonly vectors: Float32Array;
  readonly dimension: number;
}

/**
 * @param previous the release that this one replaces, in `folder`; its space is kept where it serves
 * @returns null for an index of vectors
 * @throws SoutuError `UsageError` if codes are asked for and none have the recall
 */
export async function codesFor(
  { ids, vectors, dimension }: CatalogueRows,
  { index = 'auto', minRecall, threads }: CodesOptions,
  folder: string,
  previous: Manifest | null,
): Promise<MadeCodes | null> {
  if (index === 'flat' || index === 'parts') return null;
  if (index !== 'codes' && ids.length < LEAST_PHOTOS) return null;
  const { vectors: max } = fileRowsFor(ids.length, previous?.cut);
  const made = await makeCodes(rowsOf(vectors, dimension), {
    recall: minRecall ?? LEAST_RECALL,
    // What the owner asks for is no matter of degree.
    ...(minRecall === undefined ? {} : { maxLoss: 0 }),
    ranges: cutByContent(ids, max),
    previous: await previousSpace(folder, previous),
    ...(threads === undefined ? {} : { threads }),
  });
  if (index === 'codes') {
    if (made) return made;
    throw new SoutuError(
      'UsageError',
      `--index codes: no codes of these ${ids.length} photos that are smaller than their vectors find ${minRecall ?? LEAST_RECALL} of the ` +
        'ten nearest. Leave out --index, or ask for less with --min-recall.',
    );
  }
  return made && bytesOf(made) + SCRIPT_BYTES < 2 * vectors.length ? made : null;
}

/** Shards pay above about this number of items. */
const PARTS_FROM = 5000;
/** Searches in shards find this share of the ten nearest at least. */
export const PARTS_RECALL = 0.95;
/** Bytes of an item that a whole file of codes has at the recall of parts. */
const WHOLE_BYTES = 60;
/** Fewer items than these are in one shard. */
const LEAST_OF_PARTS = 16;

/**
 * @returns null for another index
 * @throws SoutuError `UsageError` if parts are asked for and impossible
 */
export async function partsFor(
  { vectors, dimension }: CatalogueRows,
  items: readonly SearchItem[],
  { index = 'auto', minRecall, threads }: CodesOptions,
): Promise<MadeParts | null> {
  const { length } = items;
  if (index !== 'parts' && (index !== 'auto' || length <= PARTS_FROM)) return null;
  const recall = minRecall ?? PARTS_RECALL;
  const made =
    length < LEAST_OF_PARTS
      ? null
      : await makeParts(rowsOf(vectors, dimension), {
          recall,
          rowBytes: rowBytesOf(items),
          ...(threads === undefined ? {} : { threads }),
        });
  if (made && (index === 'parts' || made.cold.bytes < WHOLE_BYTES * length)) return made;
  if (index === 'auto') return null;
  throw new SoutuError(
    'UsageError',
    length < LEAST_OF_PARTS
      ? `--index parts: ${length} photos are too few for an index in parts, which needs ${LEAST_OF_PARTS}. Leave out --index.`
      : `--index parts: no shards of these ${length} photos that a search can load find ${recall} of the ten nearest. Leave ` +
          'out --index, or ask for less with --min-recall.',
  );
}

/**
 * The index in parts of the release before, if few items have changed since.
 * @param space of this release
 * @param previous in `folder`
 * @param tell is told why an index in parts is made anew
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
  if (index !== 'parts' && (index !== 'auto' || rows.items.length <= PARTS_FROM)) return null;
  if (previous?.index.type !== 'parts') return null;
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
    return anew(`they were made for a recall of ${parts.wanted}, and ${wanted} is wanted.`);
  }
  return makeDelta(rows, folder, previous, tell);
}

/** Bytes of an item's id and attributes in a shard, from a sample. */
function rowBytesOf(items: readonly SearchItem[]): number {
  const step = Math.max(1, Math.floor(items.length / SAMPLED));
  const sample = items.filter((_, row) => row % step === 0);
  const [columns] = writeColumns(sample, [[0, sample.length]]);
  return deflateRawSync(columns?.bytes ?? new Uint8Array()).length / sample.length;
}

/** As many as a shard has. */
const SAMPLED = 250;

export function bytesOf(made: MadeCodes): number {
  return codeFiles(made).reduce((sum, { bytes }) => sum + bytes.length, made.spaceBytes.length);
}

async function previousSpace(folder: string, previous: Manifest | null): Promise<CodeSpace | null> {
  if (previous?.index.type !== 'codes') return null;
  const { space } = previous.index.codes;
  try {
    const { read } = await openEarlier(folder, previous);
    return readSpace(await read(space), space.file);
  } catch {
    // The file is missing or damaged, so this build fits a space again.
    return null;
  }
}
