/**
 * Whether a photo's file is complete. Firefox and Safari decode a file without pixel data to plain white or
 * transparency and report no error, so the file's structure is checked instead.
 */
import type { ImageKind } from '../../core/image/kind.ts';
import { pngChunks } from '../../core/image/png-chunks.ts';

/** Reads the whole file, so call this only if the picture has a single colour. */
export async function isWholeFile(blob: Blob, kind: ImageKind | null): Promise<boolean> {
  if (kind !== 'jpeg' && kind !== 'png') return true;
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return kind === 'jpeg' ? hasEndAfterScan(bytes) : isPngWhole(bytes);
}

/** Whether an end-of-image marker follows a start-of-scan marker. */
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
