/**
 * Whether bytes are the content of a reference. Most references have the SHA-256 of their file. A sealed file is named by a
 * set of files and its number in the set, and has a hash of its own content:
 *
 *     byte 12    u8 [12]    its key: the set and the number            24    u8 [12]    first bytes of the SHA-256 of the rest
 */
import type { FileRef } from './file-ref.ts';
import { hexOf } from './hex.ts';

const KEY = 12;
const SEAL = 24;
/** Bytes of a sealed file that its hash does not cover. */
export const SEALED_FROM = 36;

/**
 * An index in parts records 12 bytes of each hash: unless an attacker can choose both files, that many are as safe as all 32.
 * @param expected 24 or 64 hexadecimal digits
 */
function hasHash(sha256: string, expected: string): boolean {
  return expected.length === sha256.length || expected.length === 24
    ? sha256.startsWith(expected)
    : false;
}

/** @param sha256 in hexadecimal */
export async function isContentOf(
  { bytes: length, sha256: expected, isSealed }: FileRef,
  bytes: Uint8Array,
  sha256: (bytes: Uint8Array) => string | Promise<string>,
): Promise<boolean> {
  if (!isSealed) return bytes.length === length && hasHash(await sha256(bytes), expected);
  if (!hasKey(bytes, expected)) return false;
  const seal = hexOf(bytes.subarray(SEAL, SEALED_FROM));
  return hasHash(await sha256(bytes.subarray(SEALED_FROM)), seal);
}

/** @param key 24 hexadecimal digits */
export function hasKey(sealed: Uint8Array, key: string): boolean {
  return sealed.length > SEALED_FROM && hexOf(sealed.subarray(KEY, SEAL)) === key;
}
