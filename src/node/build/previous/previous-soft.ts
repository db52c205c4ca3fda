/**
 * Goes on using the previous release's vectors for soft photos. New ones are kept with the other vectors of the same
 * rows, whose file changes anyway.
 */
import { editsOf, type RowEdits, rowsNow } from '../../../core/bundle/row-edits.ts';
import type { RowFile } from '../../../core/bundle/row-files.ts';
import { readVectors, type SoftRows } from '../../../core/bundle/vectors.ts';
import { type PreviousRelease, rowsById } from './previous-release.ts';

export interface PreviousSoft {
  readonly index: { readonly vectors: readonly RowFile[]; readonly edits?: RowEdits };
  readonly pending: SoftRows;
}

/** Visitors download the new ones with their first search: at most so much of the other vectors. */
const MAX_SHARE = 1 / 32;

/**
 * @param ids of the new release
 * @param vectors of the new release, as readers decode them
 * @returns null if the previous release has none, or too many have changed
 */
export async function previousSoft(
  { bundle, read }: PreviousRelease,
  ids: readonly string[],
  vectors: Float32Array,
  dimension: number,
): Promise<PreviousSoft | null> {
  const { soft, dimension: before } = bundle.manifest.index;
  if (!soft || before !== dimension) return null;
  try {
    const files = await Promise.all(soft.vectors.map(read));
    const names = soft.vectors.map(({ file }) => file);
    const vectorsBefore = readVectors(files, soft.vectors, dimension, names);
    const idsBefore = (await bundle.columns()).map(({ id }) => id);
    const inFiles = soft.edits ? rowsNow(soft.edits) : idsBefore.map((_, row) => row);
    const rowOf = rowsById(ids);
    const now = Array.from(inFiles, (row, i) => {
      const own = row < 0 ? undefined : rowOf.get(idsBefore[row] as string);
      return own !== undefined && isEqual(vectors, own, vectorsBefore, i, dimension) ? own : -1;
    });
    const edits = editsOf(now, ids.length);
    const { added, removed } = edits;
    if (Math.max(added.length, removed.length) > MAX_SHARE * ids.length) return null;
    const pending = new Float32Array(added.length * dimension);
    added.forEach((row, i) => {
      pending.set(vectors.subarray(row * dimension, (row + 1) * dimension), i * dimension);
    });
    const hasEdits = added.length > 0 || removed.length > 0;
    return {
      index: { vectors: soft.vectors, ...(hasEdits && { edits }) },
      pending: { rows: added, vectors: pending },
    };
  } catch {
    // A file of the previous release is missing or damaged, so all vectors are written again.
    return null;
  }
}

function isEqual(
  a: Float32Array,
  rowOfA: number,
  b: Float32Array,
  rowOfB: number,
  dimension: number,
): boolean {
  for (let i = 0; i < dimension; i++) {
    if (a[rowOfA * dimension + i] !== b[rowOfB * dimension + i]) return false;
  }
  return true;
}
