/**
 * What a catalogue's codes mean: a basis, steps, and tables of frequencies. A vector x becomes one small whole number
 * k for each column of the basis, so that
 *
 *     x  ≈  mean + Σ over columns  basis / 96 × step × k
 *
 * The basis is that of the catalogue's principal components. Codes are made for the basis as it is stored, so that its
 * rounding to whole numbers costs no precision. A file of kind "codes-space":
 *
 *     header    { kind: "codes-space", dimension, columns, basis: { lowest },
 *                 encoder: { spread, rate } }            for builds only: see `EncoderSettings`
 *     mean      f16 [dimension]
 *     steps     f32 [columns]
 *     basis     u16 [words]                   the whole numbers, a rANS stream (rans.ts) of columns × dimension
 *     symbols   u16 [1, symbols]              the frequencies of these numbers; symbol 0 means `lowest`
 *     tables    u8 [bytes]                    the tables of the codes, in order of the columns: tables.ts
 *     slopes    u8 [columns]                  for builds only
 *
 * A later build goes on using this file: a column keeps its meaning, so that the codes of unchanged photos stay the
 * same bytes.
 */

import { isRecord } from '../check-record.ts';
import { countOf, readContainer, sectionOf, writeContainer } from '../container.ts';
import { describe } from '../describe.ts';
import { SoutuError } from '../errors.ts';
import { floatsToHalves, halvesToFloats, nonFiniteHalf } from '../half.ts';
import { decodeRans } from '../model/rans.ts';
import { encodeRans, frequenciesOf } from '../model/rans-encode.ts';
import { type CodeTables, readTables, writeTables } from './tables.ts';

const KIND = 'codes-space';

/** The basis is stored as whole numbers of this part of 1. */
export const BASIS_UNIT = 96;

/** More numbers than any vector has; a forged file cannot ask for more memory. */
const MAX_DIMENSION = 8192;

export interface CodeSpace {
  /** Numbers of a vector. */
  readonly dimension: number;
  /** Numbers of a code; at most `dimension`. */
  readonly columns: number;
  /** `dimension` numbers that f16 can represent. */
  readonly mean: Float32Array;
  /** columns × dimension whole numbers. */
  readonly basis: Int8Array;
  /** One for each column, above 0. */
  readonly steps: Float32Array;
  readonly tables: CodeTables;
  readonly encoder: EncoderSettings;
}

/** What decides between codes that represent a vector equally well; readers do not need it. */
export interface EncoderSettings {
  /** Root of the mean squared error that one column adds to a score, × √12. */
  readonly spread: number;
  /** Squared error of a score that is worth one bit. */
  readonly rate: number;
  /** 255 × the share of a photo's number that a likely query has, one for each column. */
  readonly slopes: Uint8Array;
}

export function writeSpace(space: CodeSpace): Uint8Array {
  const { dimension, columns, mean, basis, steps, tables, encoder } = space;
  const lowest = basis.reduce((a, b) => Math.min(a, b), 0);
  const counts = new Uint32Array(basis.reduce((a, b) => Math.max(a, b), 0) - lowest + 1);
  for (const n of basis) counts[n - lowest] = (counts[n - lowest] as number) + 1;
  const frequencies = frequenciesOf(counts);
  const symbols = frequencies.length;
  const stream = encodeRans(basis, { lowest, symbols, frequencies }, new Uint8Array(columns));
  const tableBytes = writeTables(tables);
  const { spread, rate, slopes } = encoder;
  return writeContainer({
    kind: KIND,
    meta: { dimension, columns, basis: { lowest }, encoder: { spread, rate } },
    sections: [
      { name: 'mean', dtype: 'f16', shape: [dimension], data: floatsToHalves(mean) },
      { name: 'steps', dtype: 'f32', shape: [columns], data: steps },
      { name: 'basis', dtype: 'u16', shape: [stream.length], data: stream },
      { name: 'symbols', dtype: 'u16', shape: [1, symbols], data: frequencies },
      { name: 'tables', dtype: 'u8', shape: [tableBytes.length], data: tableBytes },
      { name: 'slopes', dtype: 'u8', shape: [columns], data: slopes },
    ],
  });
}

/**
 * @param where the file's name, for errors
 * @throws SoutuError `BundleError`
 */
export function readSpace(file: Uint8Array, where: string): CodeSpace {
  const bad = (what: string): never => {
    throw new SoutuError('BundleError', `${where}: ${what} Build the bundle again.`);
  };
  const container = readContainer(file, KIND, where);
  const dimension = countOf(container, 'dimension', where);
  const columns = countOf(container, 'columns', where);
  if (dimension < 1 || dimension > MAX_DIMENSION) {
    bad(`"dimension" must be from 1 to ${MAX_DIMENSION}, got ${dimension}.`);
  }
  if (columns < 1 || columns > dimension) {
    bad(`"columns" must be from 1 to "dimension", which is ${dimension}, got ${columns}.`);
  }
  const halves = sectionOf(container, 'mean', 'f16', where);
  const steps = sectionOf(container, 'steps', 'f32', where);
  const slopes = sectionOf(container, 'slopes', 'u8', where);
  const lengths = [
    ['mean', halves, dimension],
    ['steps', steps, columns],
    ['slopes', slopes, columns],
  ] as const;
  for (const [name, { length }, expected] of lengths) {
    if (length !== expected) bad(`"${name}" has ${length} numbers, expected ${expected}.`);
  }
  if (nonFiniteHalf(halves) >= 0) bad('"mean" has a number that is not finite.');
  const step = steps.findIndex((x) => !(x > 0 && x < 1e6));
  if (step >= 0)
    bad(`step ${step} is ${steps[step]}, expected a number above 0 and below 1000000.`);
  const { basis: header, encoder } = container.meta;
  const lowest = isRecord(header) ? header.lowest : undefined;
  if (!Number.isInteger(lowest)) {
    bad(`"basis.lowest" must be a whole number, got ${describe(lowest)}.`);
  }
  const frequencies = sectionOf(container, 'symbols', 'u16', where);
  const stream = sectionOf(container, 'basis', 'u16', where);
  const basis = decodeRans(
    stream,
    { lowest: lowest as number, symbols: frequencies.length, frequencies },
    new Uint8Array(columns),
    dimension,
    new Int8Array(columns * dimension),
  );
  if (!basis) return bad('its basis is damaged.');
  const tables = readTables(sectionOf(container, 'tables', 'u8', where), columns, where);
  const { spread, rate } = isRecord(encoder) ? encoder : {};
  if (!isAboveZero(spread) || !isAboveZero(rate)) {
    return bad(`"encoder" must be { spread, rate } above 0, got ${describe(encoder)}.`);
  }
  const mean = halvesToFloats(halves);
  return { dimension, columns, mean, basis, steps, tables, encoder: { spread, rate, slopes } };
}

function isAboveZero(value: unknown): value is number {
  return Number.isFinite(value) && (value as number) > 0;
}
