/** Writes an index in parts: root, two files for each shard, ids, postings, details and titles, and the list of them all. */
import { deflateRawSync } from 'node:zlib';
import { writeColumns } from '../../../../core/bundle/columns.ts';
import type { BundleRole } from '../../../../core/bundle/file-names.ts';
import type { PartsInfo } from '../../../../core/bundle/manifest.ts';
import { ransTablesOf } from '../../../../core/codes/row-codes.ts';
import { type CodeTables, tableOfColumns } from '../../../../core/codes/tables.ts';
import type { FileRef } from '../../../../core/file-ref.ts';
import type { IndexedItem, SearchItem } from '../../../../core/item.ts';
import { encodeRans } from '../../../../core/model/rans-encode.ts';
import { idBitsFor, writeIdFiles } from '../../../../core/parts/id-files.ts';
import { writeListing } from '../../../../core/parts/listing.ts';
import { type PartsRoot, writeRoot } from '../../../../core/parts/root.ts';
import {
  HASH_BYTES,
  type PartRef,
  writeCoarseFile,
  writeFineFile,
} from '../../../../core/parts/shard-files.ts';
import { facetsOf, numericOf } from '../../../../core/search/facets.ts';
import type { MadeParts, PartsCodes } from './make-parts.ts';
import { positionsOf } from './make-parts.ts';
import { writeDetailBlocks, writeTitleBlocks } from './write-blocks.ts';
import { writePostingFiles } from './write-postings.ts';

/** Where the files of an index go. */
export interface PartsWriter {
  /** Named by its hash. */
  write(role: BundleRole, extension: string, bytes: Uint8Array): Promise<FileRef>;
  writeAs(name: string, bytes: Uint8Array): Promise<FileRef>;
}

/** @param items sorted by id; row i of the codes is item i */
export async function writeParts(
  made: MadeParts,
  items: readonly IndexedItem[],
  writer: PartsWriter,
): Promise<PartsInfo> {
  const { layers, centroids, spreads, starts, spilled, order, count } = made;
  const searchItems = items.map(searchItemOf);
  const refs: FileRef[] = [];
  const addFile = async (role: BundleRole, bytes: Uint8Array): Promise<FileRef> => {
    const ref = await writer.write(role, 'bin', bytes);
    refs.push(ref);
    return ref;
  };
  const add = async (role: BundleRole, bytes: Uint8Array): Promise<PartRef> => {
    const ref = await addFile(role, bytes);
    return { bytes: ref.bytes, hash: ref.sha256.slice(0, 2 * HASH_BYTES) };
  };
  const shards: PartRef[] = [];
  for (let shard = 0; shard < spilled.length; shard++) {
    const positions = positionsOf(made, shard);
    const fine = await add(
      'fine',
      writeFineFile(positions.length, streamOf(made.fine, positions, layers.fine.tables)),
    );
    const [columns] = writeColumns(
      Array.from(positions, (position) => searchItems[order[position] as number] as SearchItem),
      [[0, positions.length]],
      Number.POSITIVE_INFINITY,
    );
    const plain = columns?.bytes as Uint8Array;
    const coarse = writeCoarseFile({
      own: (starts[shard + 1] as number) - (starts[shard] as number),
      fine,
      stream: streamOf(made.coarse, positions, layers.tables, centroids, shard),
      positions: Uint32Array.from(spilled[shard] as Int32Array),
      columns: new Uint8Array(deflateRawSync(plain, { level: 9 })),
      columnBytes: plain.length,
    });
    shards.push(await add('coarse', coarse));
  }
  const idBits = idBitsFor(count);
  const idFiles: PartRef[] = [];
  const placed = Array.from(order, (row) => items[row] as IndexedItem);
  const ids = placed.map(({ id }) => id);
  for (const bytes of writeIdFiles(ids, idBits)) idFiles.push(await add('ids', bytes));
  const codeBytes = sumOf(refs);
  const details = await writeDetailBlocks(placed, writer);
  const titles = await writeTitleBlocks(placed, writer);
  refs.push(...details.files, ...titles.files);
  const ordered = Array.from(order, (row) => searchItems[row] as SearchItem);
  const postings = await writePostingFiles(made, ordered, addFile);
  const root: PartsRoot = {
    ...{ count, layers, centroids, spreads, starts, shards, idBits, idFiles },
    ...{ error: made.coarseError, probing: made.probing },
    facets: facetsOf(searchItems),
    numeric: numericOf(searchItems),
  };
  return {
    root: await writer.write('parts', 'bin', writeRoot(root, made.centroidTables)),
    details: details.sets,
    titles: titles.sets,
    list: await writer.write('listing', 'json', writeListing(refs)),
    ...(postings ? { postings } : {}),
    files: refs.length,
    bytes: codeBytes,
    copies: items.some(({ copyOf }) => copyOf !== undefined),
    recall10: made.recall10,
    wanted: made.wanted,
    error: made.error,
    cold: {
      bytes: Math.round(made.cold.bytes),
      requests: Math.round(10 * made.cold.requests) / 10,
    },
  };
}

const sumOf = (refs: readonly FileRef[]) => refs.reduce((sum, { bytes }) => sum + bytes, 0);

export function searchItemOf({ id, group, copyOf, attributes }: IndexedItem): SearchItem {
  return {
    id,
    ...(group === undefined ? {} : { group }),
    ...(copyOf === undefined ? {} : { copyOf }),
    ...(attributes === undefined ? {} : { attributes }),
  };
}

/** Codes of a shard's rows, less those of its centroid if they are given. */
export function streamOf(
  codes: PartsCodes['coarse'],
  positions: Int32Array,
  tables: CodeTables,
  centroids?: Int16Array,
  shard = 0,
): Uint16Array {
  const tableOf = tableOfColumns(tables);
  const columns = tableOf.length;
  const rows = positions.length;
  const byColumn = new Int16Array(columns * rows);
  for (let c = 0, to = 0; c < columns; c++) {
    const less = centroids ? (centroids[shard * columns + c] as number) : 0;
    for (let i = 0; i < rows; i++) {
      byColumn[to++] = (codes[(positions[i] as number) * columns + c] as number) - less;
    }
  }
  return encodeRans(byColumn, ransTablesOf(tables), tableOf);
}
