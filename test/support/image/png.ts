/** Writes PNG files chunk by chunk, so that tests can set tags that no encoder would write. */
import { crc32, deflateSync } from 'node:zlib';

export function chunk(type: string, data: Uint8Array | readonly number[] = []): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), Buffer.from(data)]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(body.length - 4);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

export interface PngParts {
  readonly width: number;
  readonly height: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGBA. */
  readonly colourType: 0 | 2 | 3 | 4 | 6;
  readonly depth?: 1 | 8 | 16;
  /** Rows from the top, packed as PNG packs them (16 bits big-endian), without filter bytes. */
  readonly rows: Uint8Array;
  /** Chunks between IHDR and the pixels. */
  readonly tags?: readonly Buffer[];
  /** Chunks after the pixels. */
  readonly after?: readonly Buffer[];
}

export function png(parts: PngParts): Buffer {
  const { width, height, colourType, depth = 8, rows, tags = [], after = [] } = parts;
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', [...u32(width), ...u32(height), depth, colourType, 0, 0, 0]),
    ...tags,
    chunk('IDAT', pixelData({ width, height, colourType, depth, rows })),
    ...after,
    chunk('IEND'),
  ]);
}

/** The compressed rows, for IDAT and for the frames of an animation. */
export function pixelData({ width, height, colourType, depth = 8, rows }: PngParts): Buffer {
  const rowBytes = Math.ceil((width * (CHANNELS[colourType] as number) * depth) / 8);
  const filtered = Buffer.alloc((rowBytes + 1) * height);
  for (let y = 0; y < height; y++) {
    filtered.set(rows.subarray(y * rowBytes, (y + 1) * rowBytes), y * (rowBytes + 1) + 1);
  }
  return deflateSync(filtered);
}

export const u32 = (n: number) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
export const u16 = (n: number) => [n >>> 8, n & 255];

export const gamma = (value: number) => chunk('gAMA', u32(Math.round(value * 100_000)));
/** White point, red, green and blue as CIE x and y. */
export const chromaticities = (...xy: readonly number[]) =>
  chunk(
    'cHRM',
    xy.flatMap((n) => u32(Math.round(n * 100_000))),
  );
/** Code points of ITU-T H.273. */
export const cicp = (primaries: number, transfer: number) =>
  chunk('cICP', [primaries, transfer, 0, 1]);
export const iccProfile = (profile: Uint8Array) =>
  chunk('iCCP', Buffer.concat([Buffer.from('test\0\0'), deflateSync(profile)]));
