/**
 * Width and height from an image's header, as the file stores them (before any rotation). They protect
 * against decoding something huge; they never decide whether a file is an image.
 */
import { isFrameHeader, jpegSegments } from './jpeg-segments.ts';
import type { ImageKind } from './kind.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** @returns null if the size is not in these bytes, or the format is not known here */
export function headerSize(head: Uint8Array, kind: ImageKind | null): Size | null {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  try {
    const size = read(view, kind);
    return size && size.width > 0 && size.height > 0 ? size : null;
  } catch {
    // RangeError: the header is cut short.
    return null;
  }
}

function read(view: DataView, kind: ImageKind | null): Size | null {
  switch (kind) {
    case 'png':
      return { width: view.getUint32(16), height: view.getUint32(20) };
    case 'gif':
      return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
    case 'bmp':
      return ofBmp(view);
    case 'jpeg':
      return ofJpeg(view);
    case 'webp':
      return ofWebp(view);
    case 'avif':
    case 'heic':
      return ofHeif(view);
    default:
      return null;
  }
}

/** OS/2's first header (12 bytes) has 16-bit sides; in later ones a negative height means top-down rows. */
function ofBmp(view: DataView): Size {
  if (view.getUint32(14, true) === 12) {
    return { width: view.getUint16(18, true), height: view.getUint16(20, true) };
  }
  return { width: view.getInt32(18, true), height: Math.abs(view.getInt32(22, true)) };
}

function ofJpeg(view: DataView): Size | null {
  for (const { marker, dataAt } of jpegSegments(view)) {
    if (!isFrameHeader(marker)) continue;
    // After the precision: height, then width.
    return { width: view.getUint16(dataAt + 3), height: view.getUint16(dataAt + 1) };
  }
  return null;
}

function ofWebp(view: DataView): Size | null {
  switch (view.getUint32(12)) {
    case 0x56503820: // "VP8 ": 14 bits each after the start code
      return {
        width: view.getUint16(26, true) & 0x3fff,
        height: view.getUint16(28, true) & 0x3fff,
      };
    case 0x5650384c: {
      // "VP8L": 14 bits each, minus one
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 0x56503858: // "VP8X": 24 bits each, minus one
      return {
        width: (view.getUint32(23, true) >>> 8) + 1,
        height: (view.getUint32(26, true) >>> 8) + 1,
      };
    default:
      return null;
  }
}

/** The largest `ispe` box: tiles and thumbnails have boxes of their own. */
function ofHeif(view: DataView): Size | null {
  let largest: Size | null = null;
  for (let at = 4; at + 16 <= view.byteLength; at++) {
    if (view.getUint8(at) !== 0x69 || view.getUint32(at) !== 0x69737065) continue;
    const size = { width: view.getUint32(at + 8), height: view.getUint32(at + 12) };
    if (!largest || size.width * size.height > largest.width * largest.height) largest = size;
  }
  return largest;
}
