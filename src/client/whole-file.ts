/**
 * Whether a photo's file is complete. Firefox and Safari decode a file without a single pixel to plain white
 * or transparency and report no error; the file's structure shows whether that is its picture.
 */
import type { ImageKind } from '../core/image/kind.ts';
import { pngChunks } from '../core/image/png-chunks.ts';

/** Reads the whole file, so ask only if the picture is of one colour. */
export async function isWholeFile(blob: Blob, kind: ImageKind | null): Promise<boolean> {
  if (kind !== 'jpeg' && kind !== 'png') return true;
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return kind === 'jpeg' ? hasEndAfterScan(bytes) : isPngWhole(bytes);
}

/** A marker for the end of the image after one for the start of a scan. */
function hasEndAfterScan(bytes: Uint8Array): boolean {
  let hasScan = false;
  for (let at = 2; at + 1 < bytes.length; at++) {
    if (bytes[at] !== 0xff) continue;
    if (bytes[at + 1] === 0xda) hasScan = true;
    if (bytes[at + 1] === 0xd9 && hasScan) return true;
  }
  return false;
}

async function isPngWhole(bytes: Uint8Array): Promise<boolean> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let hasEnd = false;
  for (const { type, data } of pngChunks(bytes)) {
    if (type === 'IDAT') pieces.push(data.slice());
    hasEnd ||= type === 'IEND';
  }
  if (!hasEnd) return false;
  try {
    const pixels = new Blob(pieces).stream().pipeThrough(new DecompressionStream('deflate'));
    // Read chunk by chunk: a plain picture may inflate to hundreds of megabytes.
    for (const reader = pixels.getReader(); ; ) {
      if ((await reader.read()).done) return true;
    }
  } catch {
    return false;
  }
}
