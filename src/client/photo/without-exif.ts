/**
 * A photo's file without its EXIF data, for models that want the pixels as the file stores them: browsers
 * rotate by EXIF even if `imageOrientation` says not to. Only metadata is removed or renamed.
 */
import { jpegSegments } from '../../core/image/jpeg-segments.ts';
import { pngChunks } from '../../core/image/png-chunks.ts';

/** In JPEG and PNG the EXIF data precedes the pixels, but large profiles may precede it. */
const HEAD_BYTES = 1 << 20;

const APP1 = 0xe1;

const PNG_SIGNATURE = 0x89504e47;

/** @returns the same blob if it has no EXIF data */
export async function withoutExif(blob: Blob): Promise<Blob> {
  const isWebp = (await blob.slice(8, 12).text()) === 'WEBP';
  // A WebP's EXIF chunk follows its pixels.
  const part = isWebp ? blob : blob.slice(0, HEAD_BYTES);
  const head = new Uint8Array(await part.arrayBuffer());
  const view = new DataView(head.buffer);
  if (head.length < 16) return blob;
  if (view.getUint16(0) === 0xffd8) return ofJpeg(blob, head, view);
  if (view.getUint32(0) === PNG_SIGNATURE) return ofPng(blob, head);
  if (isWebp) return ofWebp(blob, head, view);
  return blob;
}

/** APP1 segments that begin with "Exif" get another name. */
function ofJpeg(blob: Blob, head: Uint8Array<ArrayBuffer>, view: DataView): Blob {
  try {
    for (const { marker, dataAt } of jpegSegments(view)) {
      if (marker === APP1 && textAt(head, dataAt) === 'Exif') return renamed(blob, head, dataAt);
    }
  } catch {
    // RangeError: no scan in these bytes, and no EXIF before their end.
  }
  return blob;
}

/** Chunks (fourcc, u32 LE length, padded to even): `EXIF` gets a name that no decoder knows. */
function ofWebp(blob: Blob, head: Uint8Array<ArrayBuffer>, view: DataView): Blob {
  let at = 12;
  while (at + 8 <= head.length) {
    if (textAt(head, at) === 'EXIF') return renamed(blob, head, at);
    const length = view.getUint32(at + 4, true);
    at += 8 + length + (length % 2);
  }
  return blob;
}

/** The chunk `eXIf` is cut out, because its CRC covers its name. */
function ofPng(blob: Blob, head: Uint8Array<ArrayBuffer>): Blob {
  for (const { type, start, end } of pngChunks(head)) {
    if (type !== 'eXIf') continue;
    return new Blob([blob.slice(0, start), blob.slice(end)], { type: blob.type });
  }
  return blob;
}

function textAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

/** Replaces four letters at an offset of the head by "none". */
function renamed(blob: Blob, head: Uint8Array<ArrayBuffer>, at: number): Blob {
  const changed = head.slice(0, at + 4);
  changed.set([0x6e, 0x6f, 0x6e, 0x65], at);
  return new Blob([changed, blob.slice(at + 4)], { type: blob.type });
}
