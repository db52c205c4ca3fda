/** Loads what a device lacks of an index in parts, so that a page can search all of it without a connection. */
import type { Manifest } from '../core/bundle/manifest.ts';
import { listingsOf, softFilesOf } from '../core/bundle/manifest-files.ts';
import { MissingFileError } from '../core/errors.ts';
import type { FileRef } from '../core/file-ref.ts';
import { blockRef } from '../core/parts/blocks.ts';
import { readListing } from '../core/parts/listing.ts';
import { HASH_BYTES } from '../core/parts/shard-files.ts';

/** The methods of a `CachedSource` and of the store behind it that are needed here. */
export interface PartsDevice {
  read(ref: FileRef): Promise<Uint8Array>;
  readPart(ref: FileRef): Promise<Uint8Array>;
  lackingParts(refs: readonly FileRef[]): Promise<FileRef[]>;
  /** Whether files that were read are on the device, and not only in memory. */
  stores(): boolean;
}

/**
 * Loads one file at a time.
 * @param mostBytes of the index with details and titles
 * @param turn is awaited before each file, so that searches come first
 * @returns whether the device has all of the index. It has not if the index is larger, in which case nothing is loaded; if the
 * device is full; or if a file is missing, which does not keep the others from being loaded
 * @throws errors of the source
 */
export async function keepIndex(
  manifest: Manifest,
  device: PartsDevice,
  mostBytes: number,
  turn: () => Promise<unknown>,
): Promise<boolean> {
  const { index, items } = manifest;
  if (index.type !== 'parts') return true;
  const { details, titles } = index.parts;
  const known = [...details, ...titles].reduce((sum, set) => sum + set.bytes, index.parts.bytes);
  // Without its list, which is long for a large one.
  if (known > mostBytes) return false;
  const listed: FileRef[] = [];
  for (const listing of listingsOf(manifest)) {
    await turn();
    listed.push(...readListing(await device.read(listing), listing.file));
  }
  // With postings.
  if (listed.reduce((sum, ref) => sum + ref.bytes, 0) > mostBytes) return false;
  const soft = softFilesOf(index);
  for (const ref of soft.length > 0 ? [...soft, ...items.columns] : []) {
    await turn();
    await device.read(ref);
  }
  const blocks = [
    ...details.flatMap((set) => blocksOf('details', set)),
    ...titles.flatMap((set) => blocksOf('titles', set)),
  ];
  const isBlock = new Set(blocks.map(({ file }) => file));
  const others = listed.filter(({ file }) => !isBlock.has(file)).map(asPart);
  // Shards with the same content are one file.
  const all = new Map([...others, ...blocks].map((ref) => [ref.sha256, ref]));
  let isWhole = true;
  for (const ref of await device.lackingParts([...all.values()])) {
    await turn();
    try {
      await device.readPart(ref);
    } catch (error) {
      if (!(error instanceof MissingFileError)) throw error;
      isWhole = false;
    }
    if (!device.stores()) return false;
  }
  return isWhole && device.stores();
}

const blocksOf = (role: 'details' | 'titles', set: Parameters<typeof blockRef>[1]) =>
  Array.from({ length: Math.ceil(set.count / set.rows) }, (_, i) => blockRef(role, set, i));

/** A reference as searches use it: other files of the index have only the first bytes of its hash. */
function asPart({ file, bytes, sha256 }: FileRef): FileRef {
  return { file, bytes, sha256: sha256.slice(0, 2 * HASH_BYTES) };
}
