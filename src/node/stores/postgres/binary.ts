/** PostgreSQL's binary formats, so that the server need not parse numbers (src/backend/utils/adt/arrayfuncs.c, pgvector). */

/** Object identifier of `text`, the same on every server. */
export const TEXT_OID = 25;

export const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** A vector of pgvector: dimension and a zero as int16, then big-endian floats. */
export function encodeVector(vector: Float32Array): Buffer {
  const bytes = Buffer.allocUnsafe(4 + vector.byteLength);
  bytes.writeInt16BE(vector.length, 0);
  bytes.writeInt16BE(0, 2);
  bytes.set(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength), 4);
  if (IS_LITTLE_ENDIAN) bytes.subarray(4).swap32();
  return bytes;
}

/** What the server writes for a vector: `[0.1,0.2]`. */
export function parseVector(text: string): Float32Array {
  return Float32Array.from(JSON.parse(text) as number[]);
}

/** An array with one dimension, or none if it is empty: header, then each element after its length. */
export function encodeArray(elementOid: number, elements: readonly Buffer[]): Buffer {
  if (elements.length === 0) {
    const empty = Buffer.alloc(12);
    empty.writeInt32BE(elementOid, 8);
    return empty;
  }
  const header = Buffer.alloc(20);
  header.writeInt32BE(1, 0);
  header.writeInt32BE(elementOid, 8);
  header.writeInt32BE(elements.length, 12);
  header.writeInt32BE(1, 16);
  const parts: Buffer[] = [header];
  for (const element of elements) {
    const length = Buffer.allocUnsafe(4);
    length.writeInt32BE(element.length, 0);
    parts.push(length, element);
  }
  return Buffer.concat(parts);
}
