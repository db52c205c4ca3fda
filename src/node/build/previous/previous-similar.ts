/** Goes on using the previous release's similar items, with the differences in the manifest. */
import { editsOf } from '../../../core/bundle/row-edits.ts';
import {
  readSimilarFile,
  SIMILAR_ITEMS,
  type Similar,
  type SimilarEdits,
  type SimilarRow,
  storedRows,
} from '../../../core/bundle/similar.ts';
import { type PreviousRelease, rowsById } from './previous-release.ts';

/** Every visitor downloads the manifest: this many insertions and removals are at most 5 kB of it, 2 kB with brotli. */
export const MAX_EDITS = 512;

/**
 * @param ids of the new release
 * @param similar lists of the new release
 * @returns null if the previous release has none, or too much has changed
 */
export async function previousSimilar(
  { bundle, read }: PreviousRelease,
  ids: readonly string[],
  similar: readonly (readonly SimilarRow[])[],
): Promise<Similar | null> {
  const before = bundle.manifest.items.similar;
  // Shorter lists could not be made by inserting alone.
  if (!before || similar.some((list) => list.length < SIMILAR_ITEMS)) return null;
  try {
    const files = await Promise.all(
      before.files.map(async (ref) => readSimilarFile(await read(ref), ref.rows, ref.file)),
    );
    const rowOf = rowsById(ids);
    const now = files.flatMap((file) => file.ids).map((id) => rowOf.get(id) ?? -1);
    const listsBefore = files.flatMap((file) => file.similar);
    const edits = editsOf(now, ids.length);
    const lists = new Map<number, readonly number[]>(edits.added.map((row) => [row, []]));
    now.forEach((row, i) => {
      if (row < 0) return;
      const others = (listsBefore[i] as number[]).map((other) => now[other] as number);
      lists.set(
        row,
        others.filter((other) => other >= 0),
      );
    });
    const changes = similar.flatMap((list, row) => {
      const insertions = insertionsInto(lists.get(row) ?? [], storedRows(list));
      return insertions.length > 0 ? [[row, ...insertions]] : [];
    });
    const count = changes.reduce((sum, change) => sum + (change.length - 1) / 2, 0);
    if (count + edits.removed.length > MAX_EDITS) return null;
    if (changes.length + edits.removed.length === 0) return { files: before.files };
    return {
      files: before.files,
      edits: {
        ...edits,
        ids: edits.added.map((row) => ids[row] as string),
        lists: changes,
      } satisfies SimilarEdits,
    };
  } catch {
    // A file of the previous release is missing or damaged, so all lists are written again.
    return null;
  }
}

/** Pairs of a position and a row. Inserted one after the other, they make the list begin as wanted. */
export function insertionsInto(list: readonly number[], wanted: readonly number[]): number[] {
  let at = 0;
  return wanted.flatMap((row, position) => {
    if (list[at] !== row) return [position, row];
    at++;
    return [];
  });
}
