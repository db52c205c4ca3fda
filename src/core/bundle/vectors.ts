/**
 * The vectors that a search compares: centred, normalised to unit length, rounded to f16. Files of kind `vectors`:
 *
 *     header    { kind: "vectors", dimension, rows }
 *     vectors   f16 [rows, dimension]
 *     soft      f16 [n, dimension]; missing in most files: vectors for soft photos, for rows that the files for
 *               these do not have (the manifest's `index.soft.edits.added`)
 *
 * Rounding changes the length of a vector by up to 0.0001, so readers normalise each vector again.
 */
import {
  type Container,
  countOf,
  readContainer,
  type Section,
  sectionOf,
  writeContainer,
} from '../container.ts';
import { SoutuError } from '../errors.ts';
import { floatsToHalves, halvesToFloats, nonFiniteHalf } from '../half.ts';
import { encodeRows, type RowBytes, type RowFile } from './row-files.ts';

const KIND = 'vectors';

/** Vectors for soft photos that are kept with the vectors of the same rows. */
export interface SoftRows {
  /** Ascending. */
  readonly rows: readonly number[];
  /** Unit vectors, one for each of `rows`. */
  readonly vectors: Float32Array;
}

/** @param vectors unit vectors, row by row */
export function writeVectors(
  vectors: Float32Array,
  dimension: number,
  ranges: readonly (readonly [first: number, end: number])[],
  soft: SoftRows = { rows: [], vectors: new Float32Array() },
  maxBytes?: number,
): RowBytes[] {
  return encodeRows(
    ranges,
    (first, end) => {
      return writeContainer({
        kind: KIND,
        meta: { dimension, rows: end - first },
        sections: [
          halvesSection(vectors, dimension, first, end),
          ...softSections(soft, dimension, first, end),
        ],
      });
    },
    maxBytes,
  );
}

/**
 * Returns the vectors that a reader of the written files gets: rounded, then normalised.
 * @param vectors unit vectors, row by row
 */
export function asStored(vectors: Float32Array, dimension: number): Float32Array<ArrayBuffer> {
  return toUnitLength(halvesToFloats(floatsToHalves(vectors)), dimension);
}

/**
 * @param files one for each of `refs`
 * @param names the files' names, for errors
 * @returns unit vectors, row by row
 * @throws SoutuError `BundleError`
 */
export function readVectors(
  files: readonly Uint8Array[],
  refs: readonly Pick<RowFile, 'first' | 'rows'>[],
  dimension: number,
  names: readonly string[],
): Float32Array<ArrayBuffer> {
  const last = refs.at(-1);
  const all = new Float32Array(last ? (last.first + last.rows) * dimension : 0);
  files.forEach((file, i) => {
    const { first, rows } = refs[i] as RowFile;
    const where = names[i] ?? KIND;
    const halves = readHalves(readContainer(file, KIND, where), dimension, rows, where);
    all.set(toUnitLength(halvesToFloats(halves), dimension), first * dimension);
  });
  return all;
}

/**
 * Reads the vectors for soft photos in one file.
 * @param rows how many of the file's rows have one
 * @param kind of the file
 * @returns unit vectors, row by row
 * @throws SoutuError `BundleError`
 */
export function readSoftRows(
  file: Uint8Array,
  rows: number,
  dimension: number,
  where: string,
  kind = KIND,
): Float32Array<ArrayBuffer> {
  const container = readContainer(file, kind, where);
  const halves = checkedHalves(container, 'soft', dimension, rows, where);
  return toUnitLength(halvesToFloats(halves), dimension);
}

/** The vectors for soft photos of a file with rows `first` to `end`; none if it has none. */
export function softSections(
  { rows, vectors }: SoftRows,
  dimension: number,
  first: number,
  end: number,
): Section[] {
  const from = rows.filter((row) => row < first).length;
  const to = rows.filter((row) => row < end).length;
  return to > from ? [{ ...halvesSection(vectors, dimension, from, to), name: 'soft' }] : [];
}

export function halvesSection(
  vectors: Float32Array,
  dimension: number,
  first: number,
  end: number,
) {
  return {
    name: 'vectors',
    dtype: 'f16',
    shape: [end - first, dimension],
    data: floatsToHalves(vectors.subarray(first * dimension, end * dimension)),
  } as const;
}

/**
 * Returns the section `vectors` of a file after checking it against the manifest.
 * @throws SoutuError `BundleError`
 */
export function readHalves(
  container: Container,
  dimension: number,
  rows: number,
  where: string,
): Uint16Array {
  const bad = badFile(where);
  const ownDimension = countOf(container, 'dimension', where);
  if (ownDimension !== dimension) {
    bad(`its vectors have ${ownDimension} numbers, the manifest says ${dimension}.`);
  }
  const ownRows = countOf(container, 'rows', where);
  if (ownRows !== rows) bad(`it has ${ownRows} rows, the manifest says ${rows}.`);
  return checkedHalves(container, 'vectors', dimension, rows, where);
}

/** A section of f16 vectors, all finite. */
export function checkedHalves(
  container: Container,
  name: string,
  dimension: number,
  rows: number,
  where: string,
): Uint16Array {
  const bad = badFile(where);
  const halves = sectionOf(container, name, 'f16', where);
  if (halves.length !== rows * dimension) {
    bad(`expected ${rows * dimension} numbers, got ${halves.length}.`);
  }
  const at = nonFiniteHalf(halves);
  if (at >= 0) bad(`number ${at % dimension} of row ${Math.floor(at / dimension)} is not finite.`);
  return halves;
}

function badFile(where: string): (what: string) => never {
  return (what) => {
    throw new SoutuError('BundleError', `${where}: ${what} Build the bundle again.`);
  };
}

/** Normalises in place. Sums use doubles and a fixed order, so that page and build get identical bits. */
function toUnitLength(
  vectors: Float32Array<ArrayBuffer>,
  dimension: number,
): Float32Array<ArrayBuffer> {
  for (let start = 0; start < vectors.length; start += dimension) {
    let sum = 0;
    for (let i = start; i < start + dimension; i++) sum += (vectors[i] as number) ** 2;
    // A zero vector stays zero.
    const length = Math.sqrt(sum) || 1;
    for (let i = start; i < start + dimension; i++) vectors[i] = (vectors[i] as number) / length;
  }
  return vectors;
}
