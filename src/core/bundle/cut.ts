/**
 * Where rows are cut into files: by content, not by number (content-defined chunking; Manber 1994, "Finding similar
 * files in a large file system"). A range of too many rows is cut before the row whose id has the smallest hash, and
 * its two parts likewise. An inserted row rarely is that row, so all other cuts stay where they are:
 *
 *     ids      a b c d e f g h i j k l m          at most 6 rows
 *     cuts             ^       ^
 *     and x    a b x c d e f g h i j k l m
 *     cuts               ^       ^                one file has changed
 *
 * (Cuts from left to right, each within a window that begins at the cut before, take many files to meet the old ones
 * again after a change.)
 */

/**
 * @param ids sorted
 * @param max rows of a file; it holds at least a quarter as many, unless these are all
 * @returns rows [first, end) of each file
 */
export function cutByContent(
  ids: readonly string[],
  max: number,
): (readonly [first: number, end: number])[] {
  const min = Math.ceil(max / 4);
  const hashes = Uint32Array.from(ids, hashOf);
  const ranges: [number, number][] = [];
  const cut = (first: number, end: number): void => {
    if (end - first <= max) {
      if (end > first) ranges.push([first, end]);
      return;
    }
    let row = first + min;
    for (let other = row + 1; other <= end - min; other++) {
      if ((hashes[other] as number) < (hashes[row] as number)) row = other;
    }
    cut(first, row);
    cut(row, end);
  };
  cut(0, ids.length);
  return ranges;
}

/** FNV-1a over the code units (Fowler, Noll & Vo), its bits mixed by the end of MurmurHash3 (Appleby). */
function hashOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Up to here one file of each kind: to cut it would cost visitors more requests than it saves uploads. */
const UNCUT = 512;

/** The most rows that a file may hold, by kind of file. */
export interface FileRows {
  /** Vectors, and the archive of the plain ones. */
  readonly vectors: number;
  readonly columns: number;
  readonly details: number;
}

/**
 * A first visit loads all files of vectors and columns, so they are few whatever the size of the catalogue: 10 to 20
 * of vectors, and a quarter as many of columns, which are small. Of the details it loads the files of the hits, so
 * those hold few rows.
 * @param previous those of the release before: kept while they still fit, because others change all files
 */
export function fileRowsFor(count: number, previous?: FileRows): FileRows {
  if (count <= UNCUT) return { vectors: UNCUT, columns: UNCUT, details: UNCUT };
  const files = previous ? count / previous.vectors : 0;
  if (previous && files >= 4 && files <= 16) return previous;
  const vectors = Math.max(128, powerOfTwo(count / 8));
  const details = Math.min(1024, Math.max(256, powerOfTwo(count / 64)));
  return { vectors, columns: 4 * vectors, details };
}

function powerOfTwo(near: number): number {
  return 2 ** Math.round(Math.log2(near));
}
