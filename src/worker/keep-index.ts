/** Loads what a device lacks of an index in parts, so that a page can search all of it without a connection. */
import type { Manifest } from '../core/bundle/manifest.ts';
import { listingsOf } from '../core/bundle/manifest-files.ts';
import type { FileRef } from '../core/file-ref.ts';
import { blockRef } from '../core/parts/blocks.ts';
import { readListing } from '../core/parts/listing.ts';
import { HASH_BYTES } from '../core/parts/shard-files.ts';

/** Of a `CachedSource`. */
export interface PartsDevice {
  read(ref: FileRef): Promise<Uint8Array>;
  readPart(ref: FileRef): Promise<Uint8Array>;
  lackingParts(refs: readonly FileRef[]): Promise<FileRef[]>;
}

/**
 * Loads one file at a time.
 * @param mostBytes of all files of the index, with details and titles
 * @param turn is awaited before each file, so that searches come first
 * @returns whether the device has all of the index; false without loading if it is larger
 * @throws errors of the source
 */
export async function keepIndex(
  manifest: Manifest,
  device: PartsDevice,
  mostBytes: number,
  turn: () => Promise<unknown>,
): Promise<boolean> {
  const { index } = manifest;
  if (index.type !== 'parts') return true;
  const listed: FileRef[] = [];
  for (const listing of listingsOf(manifest)) {
    await turn();
    listed.push(...readListing(await device.read(listing), listing.file));
  }
  const bytes = listed.reduce((sum, ref) => sum + ref.bytes, 0);
  if (bytes > mostBytes) return false;
  const { details, titles } = index.parts;
  const blocks = [
    ...details.flatMap((set) => blocksOf('details', set)),
    ...titles.flatMap((set) => blocksOf('titles', set)),
  ];
  const isBlock = new Set(blocks.map(({ file }) => file));
  const others = listed.filter(({ file }) => !isBlock.has(file)).map(asPart);
  // Shards with the same content are one file.
  const all = new Map([...others, ...blocks].map((ref) => [ref.sha256, ref]));
  for (const ref of await device.lackingParts([...all.values()])) {
    await turn();
    await device.readPart(ref);
  }
  return true;
}

const blocksOf = (role: 'details' | 'titles', set: Parameters<typeof blockRef>[1]) =>
  Array.from({ length: Math.ceil(set.count / set.rows) }, (_, i) => blockRef(role, set, i));

/** As searches refer to it: other files of the index have the first bytes of its hash only. */
function asPart({ file, bytes, sha256 }: FileRef): FileRef {
  return { file, bytes, sha256: sha256.slice(0, 2 * HASH_BYTES) };
}
