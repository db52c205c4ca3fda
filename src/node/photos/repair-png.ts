/**
 * Repairs damaged PNGs as far as their pixels can be inflated. On an invalid byte, libvips returns no pixels at all,
 * but browsers show the rows before it.
 */
import { crc32, createInflate, deflateSync } from 'node:zlib';
import { pngChunks } from '../../core/image/png-chunks.ts';
import { writeChunk } from './write-chunk.ts';

export interface RepairedPng {
  readonly png: Buffer;
  /** Number of decoded rows from the top; null for an interlaced picture, whose passes cover all rows. */
  readonly rows: number | null;
}

const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const LAST_FILTER = 4;
/** Adam7: first column, first row, steps to the right and down. */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** @returns null if the header is damaged or no row can be read */
export async function repairPng(bytes: Buffer): Promise<RepairedPng | null> {
  const { head, packed, ihdr } = readChunks(bytes);
  if (!ihdr || ihdr.length < 13) return null;
  const bits = (ihdr[8] as number) * (CHANNELS[ihdr[9] as number] ?? 0);
  const [width, height] = [ihdr.readUInt32BE(0), ihdr.readUInt32BE(4)];
  const isInterlaced = ihdr[12] === 1;
  const lengths = rowLengths(width, height, bits, isInterlaced);
  const raw = Buffer.alloc(lengths.reduce((sum, length) => sum + length, 0));
  const inflated = await inflateInto(raw, packed);
  // Rows are valid up to the first that is truncated or has an unknown filter type.
  let rows = 0;
  let at = 0;
  for (const length of lengths) {
    if (at + length > inflated || (raw[at] as number) > LAST_FILTER) break;
    at += length;
    rows++;
  }
  if (rows === 0) return null;
  raw.fill(0, at);
  const pixels = writeChunk('IDAT', deflateSync(raw, { level: 1 }));
  const end = writeChunk('IEND', Buffer.alloc(0));
  const png = Buffer.concat([bytes.subarray(0, 8), ...head, pixels, end]);
  return { png, rows: isInterlaced ? null : rows };
}

/** Returns the intact chunks before the pixels, and the compressed pixels, whose last piece may be truncated. */
function readChunks(bytes: Buffer) {
  const head: Buffer[] = [];
  const packed: Uint8Array[] = [];
  let ihdr: Buffer | null = null;
  let at = 8;
  for (const { type, start, end, data } of pngChunks(bytes)) {
    at = end;
    if (type === 'IDAT') {
      packed.push(data);
      continue;
    }
    if (packed.length > 0) break;
    const isSound = crc32(bytes.subarray(start + 4, end - 4)) === bytes.readUInt32BE(end - 4);
    if (!isSound) continue;
    head.push(bytes.subarray(start, end));
    if (type === 'IHDR') ihdr = Buffer.from(data);
  }
  if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT') packed.push(bytes.subarray(at + 8));
  return { head, packed, ihdr };
}

/** Bytes per row in file order, including the filter byte. */
function rowLengths(width: number, height: number, bits: number, isInterlaced: boolean): number[] {
  const rows = (columns: number, count: number) =>
    Array<number>(columns > 0 ? count : 0).fill(1 + Math.ceil((columns * bits) / 8));
  if (!isInterlaced) return rows(width, height);
  return PASSES.flatMap(([x, y, right, down]) =>
    rows(Math.ceil((width - x) / right), Math.max(0, Math.ceil((height - y) / down))),
  );
}

/** Input is fed in small pieces, because zlib discards the output of a piece that contains an error. */
const PIECE_BYTES = 128;

/** @returns number of bytes written before the first error */
async function inflateInto(out: Buffer, packed: readonly Uint8Array[]): Promise<number> {
  const inflate = createInflate();
  let at = 0;
  inflate.on('data', (chunk: Buffer) => {
    const room = chunk.subarray(0, out.length - at);
    out.set(room, at);
    at += room.length;
  });
  const failed = new Promise<true>((resolve) => inflate.once('error', () => resolve(true)));
  for (const data of packed) {
    for (let from = 0; from < data.length && at < out.length; from += PIECE_BYTES) {
      const piece = data.subarray(from, from + PIECE_BYTES);
      const written = new Promise<false>((resolve) => inflate.write(piece, () => resolve(false)));
      if (await Promise.race([written, failed])) return at;
    }
  }
  inflate.destroy();
  return at;
}
