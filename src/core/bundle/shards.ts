import { type Container, countOf, readContainer } from '../container.ts';
import { SoutuError } from '../errors.ts';
import { MAX_FILE_BYTES } from './row-files.ts';

/** Bytes reserved for prefix and header. */
const HEADER_ROOM = 4096;

/** Splits rows into ranges [first, end), so that no file is larger than `maxBytes`. */
export function splitRows(
  count: number,
  bytesOf: (row: number) => number,
  maxBytes = MAX_FILE_BYTES,
): [first: number, end: number][] {
  const ranges: [number, number][] = [];
  let first = 0;
  let size = 0;
  for (let row = 0; row < count; row++) {
    const bytes = bytesOf(row);
    if (row > first && size + bytes > maxBytes - HEADER_ROOM) {
      ranges.push([first, row]);
      first = row;
      size = 0;
    }
    size += bytes;
  }
  ranges.push([first, count]);
  return ranges;
}

/**
 * Returns the files of one kind in order; each has the rows `first` … `first + rows` of `count`.
 * @throws SoutuError `BundleError` if they are not contiguous
 */
export function readShards(
  files: readonly Uint8Array[],
  names: readonly string[],
  kind: string,
): Container[] {
  let next = 0;
  let total: number | null = null;
  const shards = files.map((file, i) => {
    const where = names[i] ?? kind;
    const shard = readContainer(file, kind, where);
    const count = countOf(shard, 'count', where);
    const first = countOf(shard, 'first', where);
    total ??= count;
    if (first !== next || count !== total) {
      throw new SoutuError(
        'BundleError',
        `${where}: expected rows from ${next} of ${total}, got rows from ${first} of ${count}. ` +
          'Build the bundle again.',
      );
    }
    next += countOf(shard, 'rows', where);
    return shard;
  });
  if (next !== total) {
    throw new SoutuError(
      'BundleError',
      `${names.at(-1) ?? kind}: the files of ${kind} end at row ${next}, expected ${total ?? 'at least one file'}. ` +
        'Build the bundle again.',
    );
  }
  return shards;
}
