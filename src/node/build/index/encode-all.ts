/** Encodes all rows of a catalogue in a space, and measures how well the codes find what the vectors do. */
import { type CodeSpace, writeSpace } from '../../../core/codes/space.ts';
import { planOf } from './fit-space.ts';
import { NearestRows, type Recall, recallOf, scoreError } from './nearest-rows.ts';
import type { Judging } from './query-model.ts';
import { type RowSource, rangesOf } from './row-source.ts';
import type { TaskThreads } from './task-threads.ts';

/** A space, and how well and how small it codes the catalogue. */
export interface MeasuredSpace {
  readonly space: CodeSpace;
  /** The share of the ten nearest that is found, with photos of the catalogue as queries. */
  readonly recall10: Recall;
  /** Root mean squared difference of scores between codes and vectors, of the rows that both find. */
  readonly error: number;
  /** The space and the codes of all rows, without the headers of single files. */
  readonly bytes: number;
}

/**
 * @param ranges of rows that are encoded at once; default: of one size
 * @param visit receives the codes of each range, rows × columns, in order
 */
export async function encodeAll(
  source: RowSource,
  space: CodeSpace,
  threads: TaskThreads,
  { judges, exact }: Judging,
  ranges: readonly (readonly [first: number, end: number])[] = rangesOf(source.count),
  visit: (codes: Int16Array, range: readonly [first: number, end: number]) => void = () =>
    undefined,
): Promise<MeasuredSpace> {
  const plan = planOf(space);
  const found = new NearestRows(judges.rows.length, judges.k);
  let bits = 0;
  await threads.map(
    'encode',
    ranges.length,
    (i) => {
      const [first, end] = ranges[i] as (typeof ranges)[number];
      return [source.read(first, end), first, plan, space, judges];
    },
    (part, i) => {
      bits += part.bits;
      found.merge(part.found);
      visit(part.codes, ranges[i] as (typeof ranges)[number]);
    },
  );
  const bytes = Math.ceil(bits / 8) + writeSpace(space).length;
  return {
    space,
    recall10: recallOf(found, exact, exact.k),
    error: scoreError(found, exact),
    bytes,
  };
}
