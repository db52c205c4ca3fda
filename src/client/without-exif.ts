/**
 * A photo's file without its EXIF data, for models that want the pixels as they lie in the file: browsers turn
 * by EXIF whatever they are asked. What is cut or renamed is metadata alone.
 */

/** In JPEG and PNG it stands before the pixels, but large profiles may stand before it. */
const HEAD_BYTES = 1 << 20;

const PNG_SIGNATURE = 0x89504e47;

/** @returns the same blob where there is nothing to take away */
export async function withoutExif(blob: Blob): Promise<Blob> {
  const isWebp = (await blob.slice(8, 12).text()) === 'WEBP';
  // A WebP's EXIF stands behind its pixels.
  const part = isWebp ? blob : blob.slice(0, HEAD_BYTES);
  const head = new Uint8Array(await part.arrayBuffer());
  const view = new DataView(head.buffer);
  if (head.length < 16) return blob;
  if (view.getUint16(0) === 0xffd8) return ofJpeg(blob, head, view);
  if (view.getUint32(0) === PNG_SIGNATURE) return ofPng(blob, view);
  if (isWebp) return ofWebp(blob, head, view);
  return blob;
}

/** Segments (FF, marker, u16 length) up to the scan: APP1 that begins with "Exif" gets another name. */
function ofJpeg(blob: Blob, head: Uint8Array<ArrayBuffer>, view: DataView): Blob {
  let at = 2;
  while (at + 8 < head.length && head[at] === 0xff) {
    const marker = head[at + 1];
    if (marker === 0xda) break;
    if (marker === 0xe1 && textAt(head, at + 4) === 'Exif') return renamed(blob, head, at + 4);
    at += 2 + view.getUint16(at + 2);
  }
  return blob;
}

/** Chunks (fourcc, u32 LE length, padded to even): `EXIF` gets a name that nobody knows. */
function ofWebp(blob: Blob, head: Uint8Array<ArrayBuffer>, view: DataView): Blob {
  let at = 12;
  while (at + 8 <= head.length) {
    if (textAt(head, at) === 'EXIF') return renamed(blob, head, at);
    const length = view.getUint32(at + 4, true);
    at += 8 + length + (length % 2);
  }
  return blob;
}

/** Chunks (u32 length, type, data, CRC): `eXIf` is cut out, because its CRC covers its name. */
function ofPng(blob: Blob, view: DataView): Blob {
  let at = 8;
  while (at + 8 <= view.byteLength) {
    const length = view.getUint32(at);
    if (view.getUint32(at + 4) === 0x65584966) {
      return new Blob([blob.slice(0, at), blob.slice(at + 12 + length)], { type: blob.type });
    }
    at += 12 + length;
  }
  return blob;
}

function textAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

/** Four letters at a place of the head become another four. */
function renamed(blob: Blob, head: Uint8Array<ArrayBuffer>, at: number): Blob {
  const changed = head.slice(0, at + 4);
  changed.set([0x6e, 0x6f, 0x6e, 0x65], at);
  return new Blob([changed, blob.slice(at + 4)], { type: blob.type });
}
