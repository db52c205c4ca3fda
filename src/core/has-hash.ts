/**
 * Whether content with this SHA-256 is that of a reference. An index in parts records 12 bytes of each hash: as long as
 * nobody can choose both files, that many are as safe as all 32.
 * @param expected 24 or 64 hexadecimal digits
 */
export function hasHash(sha256: string, expected: string): boolean {
  return expected.length === sha256.length || expected.length === 24
    ? sha256.startsWith(expected)
    : false;
}
