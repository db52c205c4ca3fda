/** The codes of a catalogue: the file with their space, and the files with rows. */
import type { RowBytes } from '../../../core/bundle/row-files.ts';
import { type SoftRows, softSections } from '../../../core/bundle/vectors.ts';
import { spaceId, writeCodes } from '../../../core/codes/row-codes.ts';
import { type CodeSpace, writeSpace } from '../../../core/codes/space.ts';
import { vectorOf } from '../../../core/codes/vector-of.ts';
import { chooseCodeSpace, lowerRecall } from './choose-code-space.ts';
import { encodeAll, type MeasuredSpace } from './encode-all.ts';
import { SpaceFitter } from './fit-space.ts';
import { findJudges, fitQueries, type Judging } from './query-model.ts';
import { fitRotation } from './rotation.ts';
import type { RowSource } from './row-source.ts';
import { openTaskThreads, type TaskThreads } from './task-threads.ts';

export interface CodesWanted {
  /** The least share of the ten nearest that the codes find, 0 to 1. */
  readonly recall: number;
  /** Rows [first, end) of each file. */
  readonly ranges: readonly (readonly [first: number, end: number])[];
  /** The space of the previous release, which stays while the recall is nearly the wanted one. */
  readonly previous?: CodeSpace | null;
  /** A rebuild keeps the previous space until recall is so much lower than wanted; default `MAX_LOSS`. */
  readonly maxLoss?: number;
  readonly threads?: number;
}

/** The codes of the rows of a file. */
export interface CodedRange {
  readonly first: number;
  readonly rows: number;
  /** columns × rows */
  readonly codes: Int16Array<ArrayBuffer>;
}

export interface MadeCodes {
  readonly space: CodeSpace;
  /** The file with the space. */
  readonly spaceBytes: Uint8Array;
  readonly ranges: readonly CodedRange[];
  /** The share of the ten nearest that is found, with photos of the catalogue as queries. */
  readonly recall10: number;
  /** Root mean squared difference between the scores of near rows by the codes and by the vectors. */
  readonly error: number;
  /** Whether the space is the previous one. */
  readonly isPrevious: boolean;
}

/** A new space changes all files, which visitors download again. */
const MAX_LOSS = 0.005;

/**
 * Fits a space to the vectors, and encodes them. The number of threads does not change the result.
 * @returns null if no codes that are smaller than f16 have this recall
 */
export async function makeCodes(source: RowSource, wanted: CodesWanted): Promise<MadeCodes | null> {
  const threads = await openTaskThreads(source.count, wanted.threads);
  try {
    const judging = await findJudges(source, threads);
    const { previous } = wanted;
    if (previous && previous.dimension === source.dimension) {
      const made = await encoded(source, previous, threads, judging, wanted.ranges);
      if (lowerRecall(made.measured) >= wanted.recall - (wanted.maxLoss ?? MAX_LOSS)) {
        return { ...made.codes, isPrevious: true };
      }
    }
    const chosen = await fresh(source, judging, threads, wanted.recall);
    if (!chosen) return null;
    const made = await encoded(source, chosen.space, threads, judging, wanted.ranges);
    return { ...made.codes, isPrevious: false };
  } finally {
    await threads.close();
  }
}

async function fresh(
  source: RowSource,
  judging: Judging,
  threads: TaskThreads,
  recall: number,
): Promise<MeasuredSpace | null> {
  const rotation = await fitRotation(source, threads);
  const queries = await fitQueries(source, rotation, judging, threads);
  const fitter = new SpaceFitter(source, rotation, queries, threads);
  return chooseCodeSpace(source, fitter, judging, threads, recall);
}

async function encoded(
  source: RowSource,
  space: CodeSpace,
  threads: TaskThreads,
  judging: Judging,
  fileRanges: CodesWanted['ranges'],
): Promise<{ measured: MeasuredSpace; codes: Omit<MadeCodes, 'isPrevious'> }> {
  const ranges: CodedRange[] = [];
  const { columns } = space;
  const measured = await encodeAll(
    source,
    space,
    threads,
    judging,
    fileRanges,
    (codes, [first, end]) => {
      const rows = end - first;
      const byColumn = new Int16Array(codes.length);
      for (let row = 0, from = 0; row < rows; row++) {
        for (let c = 0; c < columns; c++) byColumn[c * rows + row] = codes[from++] as number;
      }
      ranges.push({ first, rows, codes: byColumn });
    },
  );
  const { recall10, error } = measured;
  return {
    measured,
    codes: { space, spaceBytes: writeSpace(space), ranges, recall10: recall10.mean, error },
  };
}

/** @param soft vectors for soft photos that are kept with the codes of the same rows */
export function codeFiles({ space, spaceBytes, ranges }: MadeCodes, soft?: SoftRows): RowBytes[] {
  const id = spaceId(spaceBytes);
  return ranges.map(({ first, rows, codes }) => ({
    first,
    rows,
    bytes: writeCodes(
      codes,
      rows,
      space.tables,
      id,
      soft ? softSections(soft, space.dimension, first, first + rows) : [],
    ),
  }));
}

/** The vectors that the codes stand for, as a reader decodes them. */
export function vectorsOf({ space, ranges }: MadeCodes): Float32Array<ArrayBuffer> {
  const { dimension, columns } = space;
  const count = ranges.reduce((sum, { rows }) => sum + rows, 0);
  const all = new Float32Array(count * dimension);
  const own = new Int16Array(columns);
  for (const { first, rows, codes } of ranges) {
    for (let row = 0; row < rows; row++) {
      for (let c = 0; c < columns; c++) own[c] = codes[c * rows + row] as number;
      all.set(vectorOf(own, space), (first + row) * dimension);
    }
  }
  return all;
}
