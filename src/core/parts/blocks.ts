/**
 * Details and titles of an index in parts, by position: neighbours in the index are neighbours in a file, so that twelve hits
 * need few files. The manifest names a set of files, not each of them:
 *
 *     { "set": "0123456789abcdef", "count": 110000, "rows": 40, "bytes": 4800000 }     from position 0, 40 in each file
 *
 * Block 2 of that set is `details-0123456789000002.bin`: ten digits of the set, six of the block. The set is a hash of the
 * format's version and of all of its files, so a name never gets another content. Such a file is sealed (has-hash.ts):
 *
 *     byte 0     magic, 8  u16 version, 10  u16 layer, 4 for details, 5 for titles           see shard-files.ts
 *         12     u8 [8]     the set             20  u32 the block, big-endian
 *         24     u8 [12]    the first bytes of the SHA-256 of all that follows
 *         36     u32 bytes before deflate
 *         40     deflated: a file of kind "details"; of titles { "title": ["A jug", null, …] }
 */
import type { FileRef } from '../file-ref.ts';
import { SEALED_FROM } from '../has-hash.ts';
import { bytesOfHex, hexOf } from '../hex.ts';
import { encodeUtf8 } from '../text.ts';
import type { BlockSet } from './block-set.ts';
import { inflate } from './inflate.ts';
import { damaged, LAYERS, MAX_COLUMN_BYTES, openFile, startFile, VERSION } from './shard-files.ts';

const ROLES = ['details', 'titles'] as const;
export type BlockRole = (typeof ROLES)[number];

const HEAD = SEALED_FROM + 4;
/** Hosts limit file sizes, the strictest to 25 MiB. */
export const MAX_BLOCK_BYTES = 20 << 20;

/**
 * @param hashes of the deflated contents
 * @returns 16 hexadecimal digits
 */
export function setOf(
  role: BlockRole,
  hashes: readonly string[],
  hash: (bytes: Uint8Array) => string,
  version = VERSION,
): string {
  return hash(encodeUtf8([role, version, ...hashes].join())).slice(0, 16);
}

export function blockRef(role: BlockRole, { set }: BlockSet, block: number): FileRef {
  const digits = (length: number) => block.toString(16).padStart(length, '0');
  return {
    file: `${role}-${set.slice(0, 10)}${digits(6)}.bin`,
    bytes: MAX_BLOCK_BYTES,
    sha256: set + digits(8),
    isSealed: true,
  };
}

/** The name that a sealed file has; null if it is none. */
export function sealedName(file: Uint8Array): string | null {
  const layer = file.length > HEAD ? (file[10] as number) : 0;
  const role = ROLES.find((own) => LAYERS[own] === layer);
  if (!role) return null;
  const digits = hexOf(file.subarray(12, 24));
  return `${role}-${digits.slice(0, 10)}${digits.slice(-6)}.bin`;
}

/**
 * @param content deflated
 * @param contentBytes before deflate
 * @param hash SHA-256 in hexadecimal
 */
export function writeBlock(
  role: BlockRole,
  key: string,
  content: Uint8Array,
  contentBytes: number,
  hash: (bytes: Uint8Array) => string,
): Uint8Array {
  const { file, view } = startFile(role, HEAD + content.length);
  file.set(bytesOfHex(key), 12);
  view.setUint32(SEALED_FROM, contentBytes, true);
  file.set(content, HEAD);
  file.set(bytesOfHex(hash(file.subarray(SEALED_FROM))).subarray(0, 12), 24);
  return file;
}

/**
 * @returns the content
 * @throws SoutuError `BundleError`
 */
export async function readBlock(
  file: Uint8Array,
  role: BlockRole,
  where: string,
): Promise<Uint8Array> {
  const bytes = openFile(file, role, HEAD, where).getUint32(SEALED_FROM, true);
  if (bytes > MAX_COLUMN_BYTES) {
    throw damaged(where, `it has ${bytes} bytes, at most ${MAX_COLUMN_BYTES} allowed`);
  }
  return inflate(file.slice(HEAD) as Uint8Array<ArrayBuffer>, bytes, where);
}
