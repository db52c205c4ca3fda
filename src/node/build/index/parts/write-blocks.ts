/** Writes details and titles in order of positions. */
import { deflateRawSync } from 'node:zlib';
import { writeDetails, writeTitles } from '../../../../core/bundle/details.ts';
import type { FileRef } from '../../../../core/file-ref.ts';
import type { IndexedItem } from '../../../../core/item.ts';
import type { BlockSet } from '../../../../core/parts/block-set.ts';
import {
  type BlockRole,
  blockRef,
  MAX_BLOCK_BYTES,
  setOf,
  writeBlock,
} from '../../../../core/parts/blocks.ts';
import { MAX_COLUMN_BYTES } from '../../../../core/parts/shard-files.ts';
import { sha256 } from '../../../files/sha256.ts';
import type { PartsWriter } from './write-parts.ts';

/** Twelve hits lie in about seven of these files. Hosts limit the number of files, so those of a large catalogue have more. */
export const detailRowsFor = (count: number): number => (count <= 400_000 ? 40 : 96);
/** All titles are read at once, so there are few files. */
const TITLE_ROWS = 16_384;

export interface WrittenBlocks {
  /** One, or none where there is nothing to write. */
  readonly sets: readonly BlockSet[];
  readonly files: readonly FileRef[];
}

/** @param items in order of positions */
export function writeDetailBlocks(
  items: readonly IndexedItem[],
  writer: PartsWriter,
  rows = detailRowsFor(items.length),
): Promise<WrittenBlocks> {
  const encode = (list: readonly IndexedItem[]) =>
    writeDetails(list, [[0, list.length]], Number.POSITIVE_INFINITY)[0]?.bytes as Uint8Array;
  return writeSet('details', items, rows, encode, writer);
}

/**
 * @param items in order of positions
 * @param always writes a set even if no item has a title
 */
export async function writeTitleBlocks(
  items: readonly IndexedItem[],
  writer: PartsWriter,
  always = false,
): Promise<WrittenBlocks> {
  if (!always && items.every(({ title }) => title === undefined)) return { sets: [], files: [] };
  return writeSet('titles', items, TITLE_ROWS, writeTitles, writer);
}

async function writeSet(
  role: BlockRole,
  items: readonly IndexedItem[],
  rows: number,
  encode: (items: readonly IndexedItem[]) => Uint8Array,
  writer: PartsWriter,
): Promise<WrittenBlocks> {
  const contents: { bytes: Uint8Array; plain: number }[] = [];
  for (let first = 0; first < items.length; first += rows) {
    const plain = encode(items.slice(first, first + rows));
    const bytes = deflateRawSync(plain, { level: 9 });
    // Hosts limit the size of a file.
    const isTooLarge = plain.length > MAX_COLUMN_BYTES || bytes.length > MAX_BLOCK_BYTES / 2;
    if (isTooLarge && rows > 1) return writeSet(role, items, rows >> 1, encode, writer);
    contents.push({ bytes, plain: plain.length });
  }
  const hashes = contents.map(({ bytes }) => sha256(bytes));
  const set = setOf(role, hashes, sha256);
  const named = { set, count: items.length, rows, bytes: 0 };
  const files: FileRef[] = [];
  for (const [i, { bytes, plain }] of contents.entries()) {
    const { file, sha256: key } = blockRef(role, named, i);
    files.push(await writer.writeAs(file, writeBlock(role, key, bytes, plain, sha256)));
  }
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { sets: [{ ...named, bytes }], files };
}
