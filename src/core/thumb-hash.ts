/**
 * A ThumbHash (evanw.github.io/thumbhash) in base64: a blurred picture in about 20 bytes. Its first five bytes
 * determine its length. The decoder does not check the length and draws nothing if bytes are missing.
 */
import { decodeBase64 } from './text.ts';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;
const MAX_CHARACTERS = 64;

export function isThumbHash(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > MAX_CHARACTERS || !BASE64.test(value))
    return false;
  const bytes = decodeBase64(value);
  return bytes.length >= 5 && bytes.length === lengthOf(bytes);
}

/**
 *     byte 0–2   6 bits L, 6 bits P, 6 bits Q, 5 bits scale of L, 1 bit: has alpha
 *          3–4   3 bits: components of L along the shorter side, 6 bits scale of P, 6 of Q, 1 bit: landscape
 *          5     with alpha only: 4 bits value, 4 bits scale
 *                then 4 bits for each varying component: L, P (3 × 3), Q (3 × 3), alpha (5 × 5)
 */
function lengthOf(bytes: Uint8Array): number {
  const hasAlpha = (bytes[2] as number) >> 7 === 1;
  const shorter = Math.max(3, (bytes[3] as number) & 7);
  const longer = hasAlpha ? 5 : 7;
  const components = varying(longer, shorter) + 2 * varying(3, 3) + (hasAlpha ? varying(5, 5) : 0);
  return (hasAlpha ? 6 : 5) + Math.ceil(components / 2);
}

/** How many of nx × ny components are below the diagonal, without the constant one. */
function varying(nx: number, ny: number): number {
  let count = 0;
  for (let y = 0; y < ny; y++) {
    for (let x = y ? 0 : 1; x * ny < nx * (ny - y); x++) count++;
  }
  return count;
}
