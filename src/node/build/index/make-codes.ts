/** The codes of a catalogue: the file with their space, and the files with rows. */

import type { RowBytes } from '../../../core/bundle/row-files.ts';
import { spaceId, writeCodes } from '../../../core/codes/row-codes.ts';
import { type CodeSpace, writeSpace } from '../../../core/codes/space.ts';
import { chooseSpace, lowerRecall } from './choose-space.ts';
import { encodeAll, type Measured } from './encode-all.ts';
import { SpaceFitter } from './fit-space.ts';
import type { Recall } from './nearest-rows.ts';
import { findJudges, fitQueries, type Judging } from './query-model.ts';
import { fitRotation } from './rotation.ts';
import type { RowSource } from './row-source.ts';
import { openTaskThreads, type TaskThreads } from './task-threads.ts';

export interface CodesWanted {
  /** The least share of the ten nearest that the codes find, 0 to 1. */
  readonly recall: number;
  /** Rows [first, end) of each file. */
  readonly ranges: readonly (readonly [first: number, end: number])[];
  /** The space of the release before, which stays while the recall is nearly the wanted one. */
  readonly previous?: CodeSpace | null;
  readonly threads?: number;
}

export interface MadeCodes {
  readonly space: CodeSpace;
  /** The file with the space. */
  readonly spaceBytes: Uint8Array;
  readonly files: readonly RowBytes[];
  readonly recall10: Recall;
  /** Whether the space is the previous one. */
  readonly isPrevious: boolean;
}

/** A rebuild keeps the space until recall is so much lower than wanted: a new one changes all files. */
const MAX_LOSS = 0.005;

/**
 * The same rows give the same bytes, whatever the number of threads.
 * @returns null if no codes that are smaller than f16 have this recall
 */
export async function makeCodes(source: RowSource, wanted: CodesWanted): Promise<MadeCodes | null> {
  const threads = await openTaskThreads(source.count, wanted.threads);
  try {
    const judging = await findJudges(source, threads);
    const { previous } = wanted;
    if (previous && previous.dimension === source.dimension) {
      const made = await filesOf(source, previous, threads, judging, wanted.ranges);
      if (lowerRecall(made.measured) >= wanted.recall - MAX_LOSS)
        return { ...made.codes, isPrevious: true };
    }
    const chosen = await fresh(source, judging, threads, wanted.recall);
    if (!chosen) return null;
    const made = await filesOf(source, chosen.space, threads, judging, wanted.ranges);
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
): Promise<Measured | null> {
  const rotation = await fitRotation(source, threads);
  const queries = await fitQueries(source, rotation, judging, threads);
  const fitter = new SpaceFitter(source, rotation, queries, threads);
  return chooseSpace(source, fitter, judging, threads, recall);
}

async function filesOf(
  source: RowSource,
  space: CodeSpace,
  threads: TaskThreads,
  judging: Judging,
  ranges: CodesWanted['ranges'],
): Promise<{ measured: Measured; codes: Omit<MadeCodes, 'isPrevious'> }> {
  const spaceBytes = writeSpace(space);
  const id = spaceId(spaceBytes);
  const files: RowBytes[] = [];
  const measured = await encodeAll(
    source,
    space,
    threads,
    judging,
    ranges,
    (codes, [first, end]) => {
      const rows = end - first;
      const { columns } = space;
      const byColumn = new Int16Array(codes.length);
      for (let row = 0, from = 0; row < rows; row++) {
        for (let c = 0; c < columns; c++) byColumn[c * rows + row] = codes[from++] as number;
      }
      files.push({ bytes: writeCodes(byColumn, rows, space.tables, id), first, rows });
    },
  );
  return { measured, codes: { space, spaceBytes, files, recall10: measured.recall10 } };
}
