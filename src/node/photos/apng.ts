/**
 * Handles animated PNGs whose default image is not one of their frames. Browsers show the first frame; decoders
 * without animation support show the default image (often "your browser cannot play this").
 */
import { type PngChunk, pngChunks } from '../../core/image/png-chunks.ts';
import { writeChunk } from './write-chunk.ts';

export interface FirstFrame {
  /** The frame as a plain PNG with the animation's colour chunks. */
  readonly png: Buffer;
  /** Position of the frame in the picture, in pixels. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** @returns null if browsers show the default image */
export function hiddenFirstFrame(bytes: Uint8Array): FirstFrame | null {
  const head: PngChunk[] = [];
  const pieces: Uint8Array[] = [];
  let control: DataView | null = null;
  let isAnimated = false;
  let hasPixels = false;
  for (const chunk of pngChunks(bytes)) {
    const { type, data } = chunk;
    if (type === 'fcTL') {
      // If a frame control chunk (fcTL) precedes the pixels, the default image is the first frame.
      if (!hasPixels) return null;
      if (control) break;
      control = new DataView(data.buffer, data.byteOffset, data.byteLength);
    } else if (type === 'acTL') isAnimated = true;
    else if (type === 'IDAT') hasPixels = true;
    else if (type === 'fdAT') pieces.push(data.subarray(4));
    else if (!hasPixels) head.push(chunk);
  }
  if (!isAnimated || !control || control.byteLength < 26 || pieces.length === 0) return null;
  const [width = 0, height = 0, left = 0, top = 0] = [4, 8, 12, 16].map((at) =>
    control.getUint32(at),
  );
  const header = head.find(({ type }) => type === 'IHDR');
  if (!header) return null;
  const ihdr = Buffer.from(header.data);
  ihdr.writeUInt32BE(width, 0);
  ihdr.writeUInt32BE(height, 4);
  const rest = head.filter(({ type }) => type !== 'IHDR');
  const png = Buffer.concat([
    bytes.subarray(0, 8),
    writeChunk('IHDR', ihdr),
    ...rest.map(({ start, end }) => bytes.subarray(start, end)),
    writeChunk('IDAT', Buffer.concat(pieces)),
    writeChunk('IEND', Buffer.alloc(0)),
  ]);
  return { png, left, top, width, height };
}
