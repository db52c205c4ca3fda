/** Which index a catalogue gets: codes where they are fewer bytes for visitors, else vectors as they are. */
import { cutByContent, fileRowsFor } from '../../../core/bundle/cut.ts';
import type { Manifest } from '../../../core/bundle/manifest.ts';
import { type CodeSpace, readSpace } from '../../../core/codes/space.ts';
import { SoutuError } from '../../../core/errors.ts';
import { openEarlier } from '../earlier/earlier-release.ts';
import { codeFiles, type MadeCodes, makeCodes } from './make-codes.ts';
import { rowsOf } from './row-source.ts';

/**
 * `auto`: codes where they are smaller. `flat`: vectors, compared one by one. `hnsw`: as `auto`, with a graph. `codes`:
 * codes even where they are larger.
 */
export type IndexOption = 'auto' | 'flat' | 'hnsw' | 'codes';
export const INDEX_OPTIONS: readonly IndexOption[] = ['auto', 'flat', 'hnsw', 'codes'];

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
  if (index === 'flat' || (index !== 'codes' && ids.length < LEAST_PHOTOS)) return null;
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

function bytesOf(made: MadeCodes): number {
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
