/**
 * Files that an earlier release has written, and that a later one goes on using. Their rows are numbered as they were
 * then, and the manifest says what has changed since:
 *
 *     rows then       a  b  c  d           { "count": 4,          rows then
 *                     0  1  2  3             "removed": [1],      rows then that no longer count, ascending
 *     rows now        a  c  x  d             "added": [2] }       rows now that have no row in these files, ascending
 *                     0  1  2  3
 *
 * So one more item leaves these files as they are.
 */
import { isRecord } from '../check-record.ts';
import { describe } from '../describe.ts';

export interface RowEdits {
  readonly count: number;
  readonly removed: readonly number[];
  readonly added: readonly number[];
}

/** The row that each earlier row has now; −1 for those that were removed. */
export function rowsNow({ count, removed, added }: RowEdits): Int32Array {
  const now = new Int32Array(count);
  let nextRemoved = 0;
  let nextAdded = 0;
  let row = 0;
  for (let earlier = 0; earlier < count; earlier++) {
    if (removed[nextRemoved] === earlier) {
      nextRemoved++;
      now[earlier] = -1;
      continue;
    }
    while (added[nextAdded] === row) {
      nextAdded++;
      row++;
    }
    now[earlier] = row++;
  }
  return now;
}

/**
 * @param now for each earlier row its row now, ascending; −1 if it has none
 * @param count rows now
 */
export function editsOf(now: readonly number[], count: number): RowEdits {
  const kept = new Set(now);
  return {
    count: now.length,
    removed: now.flatMap((row, earlier) => (row < 0 ? [earlier] : [])),
    added: Array.from({ length: count }, (_, row) => row).filter((row) => !kept.has(row)),
  };
}

/**
 * @param field name of the field, for errors
 * @param count rows now
 * @param bad throws an error about the manifest
 */
export function checkEdits(
  field: string,
  value: unknown,
  count: number,
  bad: (what: string) => never,
): RowEdits {
  if (!isRecord(value)) {
    return bad(`"${field}" must be { count, removed, added }, got ${describe(value)}.`);
  }
  const { count: before, removed, added } = value;
  if (!Number.isSafeInteger(before) || (before as number) < 1) {
    return bad(`"${field}.count" must be a whole number above 0, got ${describe(before)}.`);
  }
  const checkRows = (name: string, rows: unknown, end: number): readonly number[] => {
    const isRow = (row: unknown, i: number) =>
      Number.isInteger(row) &&
      (row as number) < end &&
      (row as number) > (i === 0 ? -1 : ((rows as number[])[i - 1] as number));
    if (Array.isArray(rows) && rows.every(isRow)) return rows;
    return bad(
      `"${field}.${name}" must be a list of rows below ${end}, ascending, got ${describe(rows)}.`,
    );
  };
  const gone = checkRows('removed', removed, before as number);
  const fresh = checkRows('added', added, count);
  const rows = (before as number) - gone.length + fresh.length;
  if (rows !== count) bad(`"${field}" leads to ${rows} rows, "items.count" says ${count}.`);
  return value as unknown as RowEdits;
}
