/**
 * An animated PNG whose default image is not one of its frames: browsers show the first frame, decoders
 * that know no animation show the default image (often "your browser cannot play this").
 */
import { crc32 } from 'node:zlib';
import { type PngChunk, pngChunks } from '../../core/image/png-chunks.ts';

export interface FirstFrame {
  /** The frame as a plain PNG with the animation's colours. */
  readonly png: Buffer;
  /** Where the frame lies in the picture. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** @returns null if the default image is what browsers show */
export function hiddenFirstFrame(bytes: Uint8Array): FirstFrame | null {
  const head: PngChunk[] = [];
  const pieces: Uint8Array[] = [];
  let control: DataView | null = null;
  let isAnimated = false;
  let hasPixels = false;
  for (const chunk of pngChunks(bytes)) {
    const { type, data } = chunk;
    if (type === 'fcTL') {
      // A control before the pixels makes the default image the first frame.
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
    chunkOf('IHDR', ihdr),
    ...rest.map(({ start, end }) => bytes.subarray(start, end)),
    chunkOf('IDAT', Buffer.concat(pieces)),
    chunkOf('IEND', Buffer.alloc(0)),
  ]);
  return { png, left, top, width, height };
}

function chunkOf(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}
