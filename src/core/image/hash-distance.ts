/** Comparing the fingerprints of pictures; see perceptual-hash.ts for what they are. */

/** Side of the copy that a hash is computed from. */
export const SMALL_SIDE = 32;

/** The lowest frequencies of a picture, each way. */
export const FREQUENCIES = 12;

export const HASH_BITS = FREQUENCIES * FREQUENCIES;
export const HASH_BYTES = HASH_BITS / 8;

/** Cells a side whose mean grey level, and whose mean Cb and Cr, are in a fingerprint, a byte each. */
export const GREY_CELLS = 8;
export const COLOUR_CELLS = 4;

const COLOURS_AT = HASH_BYTES + GREY_CELLS ** 2;
export const FINGERPRINT_BYTES = COLOURS_AT + 2 * COLOUR_CELLS ** 2;

/** Pictures whose hashes differ in at most this many bits are copies; measured, see architecture.md. */
export const COPY_DISTANCE = 18;

/** Cells of copies differ by less, in levels of 0…255. More is a thing in another colour, or another light. */
const SAME_GREY = 16;
const SAME_COLOURS = 8;

/**
 * Between the cosines of two hashes of this distance and of the next, as `vectorOfHash` makes vectors of them. As half of
 * the bits are set, distances are even.
 */
export const COPY_COSINE = 1 - (2 * (COPY_DISTANCE + 1)) / HASH_BITS;

/** How many bits of two hashes, or of the hashes of two fingerprints, differ. */
export function hammingDistance(a: Uint8Array, b: Uint8Array): number {
  let distance = 0;
  for (let i = 0; i < HASH_BYTES; i++) {
    let bits = (a[i] as number) ^ (b[i] as number);
    for (; bits !== 0; bits &= bits - 1) distance++;
  }
  return distance;
}

/** Whether two fingerprints are of one picture. A blank picture has no copies. */
export function areCopies(a: Uint8Array, b: Uint8Array): boolean {
  if (hammingDistance(a, b) > COPY_DISTANCE || isBlank(a) || isBlank(b)) return false;
  for (let i = HASH_BYTES; i < FINGERPRINT_BYTES; i++) {
    const most = i < COLOURS_AT ? SAME_GREY : SAME_COLOURS;
    if (Math.abs((a[i] as number) - (b[i] as number)) >= most) return false;
  }
  return true;
}

/** Half the bits of every other hash are set. */
function isBlank(fingerprint: Uint8Array): boolean {
  for (let i = 0; i < HASH_BYTES; i++) if (fingerprint[i] !== 0) return false;
  return true;
}

/** Whether a value is a fingerprint in base64. */
export function isFingerprint(value: unknown): value is string {
  if (typeof value !== 'string') return false;
  const length = 4 * Math.ceil(FINGERPRINT_BYTES / 3);
  return value.length === length && /^[A-Za-z0-9+/]+=?$/.test(value);
}
