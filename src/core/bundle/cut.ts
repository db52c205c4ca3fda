/**
 * Splits rows into files by content, not by row number (content-defined chunking; Manber 1994, "Finding similar files
 * in a large file system"). A range with too many rows is split before the row whose id has the smallest hash, and
 * both parts are split recursively. An inserted row rarely has the smallest hash, so the other cuts stay in place:
 *
 *     ids      a b c d e f g h i j k l m          at most 6 rows
 *     cuts             ^       ^
 *     with x   a b x c d e f g h i j k l m
 *     cuts               ^       ^                one file has changed
 *
 * (Splitting from left to right, within a window that starts at the previous cut, changes many files before the cuts
 * match the old ones again.)
 */

/**
 * @param ids sorted
 * @param max most rows per file; every file has at least a quarter of that, unless there are fewer rows in total
 * @returns rows [first, end) of each file
 */
export function cutByContent(
  ids: readonly string[],
  max: number,
): (readonly [first: number, end: number])[] {
  const min = Math.ceil(max / 4);
  const hashes = Uint32Array.from(ids, hashOfId);
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

/** FNV-1a over the code units (Fowler, Noll & Vo), followed by the finaliser of MurmurHash3 (Appleby). */
export function hashOfId(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Up to this many rows there is one file of each kind: splitting would cost more requests than it saves uploads. */
const UNCUT = 512;

/** Maximum rows per file, by kind of file. */
export interface FileRows {
  /** Vectors and archive. */
  readonly vectors: number;
  readonly columns: number;
  readonly details: number;
}

/**
 * A first visit downloads all vector and column files, so their number is small for every catalogue size: 10 to 20
 * vector files and a quarter as many column files, which are small. Details are downloaded for hits only, which are
 * anywhere in the catalogue, so these files have few rows: 12 hits of 10,000 items take 19 kB with brotli, where files of
 * 256 rows took 118 kB. A file in the manifest takes 45 bytes there, so large catalogues have a few thousand at most.
 * @param previous limits of the previous release; reused while they fit, because new limits change all files
 */
export function fileRowsFor(count: number, previous?: FileRows): FileRows {
  if (count <= UNCUT) return { vectors: UNCUT, columns: UNCUT, details: UNCUT };
  const files = previous ? count / previous.vectors : 0;
  if (previous && files >= 4 && files <= 16) return previous;
  const vectors = Math.max(128, powerOfTwo(count / 8));
  const details = Math.min(96, Math.max(48, 16 * Math.ceil(count / 20_000)));
  return { vectors, columns: 4 * vectors, details };
}

function powerOfTwo(near: number): number {
  return 2 ** Math.round(Math.log2(near));
}
