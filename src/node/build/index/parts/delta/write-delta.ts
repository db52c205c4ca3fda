/** Writes what has changed since the shards of an index in parts were made. */
import { deflateRawSync } from 'node:zlib';
import { writeColumns } from '../../../../../core/bundle/columns.ts';
import type { PartsInfo } from '../../../../../core/bundle/manifest.ts';
import type { CodeTables } from '../../../../../core/codes/tables.ts';
import type { FileRef } from '../../../../../core/file-ref.ts';
import type { IndexedItem } from '../../../../../core/item.ts';
import { type PartsDelta, writeDelta } from '../../../../../core/parts/delta.ts';
import { writeListing } from '../../../../../core/parts/listing.ts';
import {
  HASH_BYTES,
  type PartRef,
  writeCoarseFile,
  writeFineFile,
} from '../../../../../core/parts/shard-files.ts';
import { facetsOf, numericOf } from '../../../../../core/search/facets.ts';
import { writeDetailBlocks, writeTitleBlocks } from '../write-blocks.ts';
import { type PartsWriter, searchItemOf, streamOf } from '../write-parts.ts';
import type { MadeDelta } from './make-delta.ts';

const NOTHING = { sets: [], files: [] };

/** @param items sorted by id */
export async function writeDeltaFiles(
  made: MadeDelta,
  items: readonly IndexedItem[],
  writer: PartsWriter,
): Promise<PartsInfo> {
  const { base, root, removed, codes, added } = made;
  const copies = items.some(({ copyOf }) => copyOf !== undefined);
  if (added.length === 0 && removed.length === 0) return { ...base, copies };
  const placed = Array.from(added, (row) => items[row] as IndexedItem);
  const refs: FileRef[] = [];
  const segments: PartsDelta['segments'][number][] = [];
  let coarseBytes = 0;
  let first = 0;
  for (const length of made.segments) {
    const file = await writeSegment(made, placed, first, length, async (role, bytes) => {
      const ref = await writer.write(role, 'bin', bytes);
      refs.push(ref);
      return { bytes: ref.bytes, hash: ref.sha256.slice(0, 2 * HASH_BYTES) };
    });
    segments.push({ items: length, file });
    coarseBytes += file.bytes;
    first += length;
  }
  const details = placed.length > 0 ? await writeDetailBlocks(placed, writer) : NOTHING;
  // Titles are by position, so that those of an index with titles go on with gaps.
  const titles =
    placed.length > 0 ? await writeTitleBlocks(placed, writer, base.titles.length > 0) : NOTHING;
  refs.push(...details.files, ...titles.files);
  const delta = writeDelta(root.count, {
    ...{ removed, homes: codes.homes, segments },
    facets: facetsOf(items),
    numeric: numericOf(items),
  });
  const file = await writer.write('delta', 'bin', delta);
  const cold = { bytes: file.bytes + coarseBytes, requests: 1 + segments.length };
  return {
    ...{ ...base, copies },
    details: [...base.details, ...details.sets],
    titles: [...base.titles, ...titles.sets],
    cold: { bytes: base.cold.bytes + cold.bytes, requests: base.cold.requests + cold.requests },
    delta: {
      ...{ file, cold, added: added.length, removed: removed.length, files: refs.length },
      list: await writer.write('listing', 'json', writeListing(refs)),
      bytes: refs.reduce((sum, { bytes }) => sum + bytes, file.bytes),
    },
  };
}

/** @returns the coarse file */
async function writeSegment(
  { root, codes }: MadeDelta,
  placed: readonly IndexedItem[],
  first: number,
  length: number,
  add: (role: 'coarse' | 'fine', bytes: Uint8Array) => Promise<PartRef>,
): Promise<PartRef> {
  const rows = Int32Array.from({ length }, (_, i) => first + i);
  const stream = (all: Int16Array, tables: CodeTables) => streamOf(all, rows, tables);
  const fine = await add(
    'fine',
    writeFineFile(length, stream(codes.fine, root.layers.fine.tables)),
  );
  const own = placed.slice(first, first + length).map(searchItemOf);
  const plain = writeColumns(own, [[0, length]], Number.POSITIVE_INFINITY)[0]?.bytes as Uint8Array;
  return add(
    'coarse',
    writeCoarseFile({
      ...{ own: length, fine, positions: new Uint32Array() },
      stream: stream(codes.coarse, root.layers.tables),
      columns: new Uint8Array(deflateRawSync(plain, { level: 9 })),
      columnBytes: plain.length,
    }),
  );
}
