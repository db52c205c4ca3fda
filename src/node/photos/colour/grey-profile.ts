/**
 * Handles greyscale PNGs with an RGB profile, which editors write when a photo is converted to greyscale but keeps
 * its profile. Browsers apply the profile; libpng ignores it unless the pixels are RGB.
 */
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { pngChunks } from '../../../core/image/png-chunks.ts';
import { writeChunk } from '../write-chunk.ts';
import { GREY_TYPES, profileSpaceOfPng } from './tags.ts';

const COLOUR_TYPE = 9;
const RGBA = 6;

/** @returns the input itself if it has no such profile */
export async function greyToRgb(bytes: Buffer): Promise<Buffer> {
  const chunks = new Map<string, Buffer>();
  for (const { type, start, end } of pngChunks(bytes)) {
    if (type === 'IDAT') break;
    chunks.set(type, bytes.subarray(start, end));
  }
  const header = chunks.get('IHDR');
  const profile = chunks.get('iCCP');
  if (!header || !profile || !GREY_TYPES.includes(header[8 + COLOUR_TYPE] as number)) return bytes;
  if (profileSpaceOfPng(profile.subarray(8, -4)) !== 'RGB ') return bytes;
  const { data, info } = await sharp(bytes, { ignoreIcc: true, limitInputPixels: false })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const ihdr = Buffer.from(header.subarray(8, -4));
  ihdr.set([8, RGBA, 0, 0, 0], COLOUR_TYPE - 1);
  const rowBytes = info.width * 4;
  const rows = Buffer.alloc((rowBytes + 1) * info.height);
  for (let y = 0; y < info.height; y++) {
    rows.set(data.subarray(y * rowBytes, (y + 1) * rowBytes), y * (rowBytes + 1) + 1);
  }
  const exif = chunks.get('eXIf');
  return Buffer.concat([
    bytes.subarray(0, 8),
    writeChunk('IHDR', ihdr),
    profile,
    ...(exif ? [exif] : []),
    writeChunk('IDAT', deflateSync(rows, { level: 1 })),
    writeChunk('IEND', Buffer.alloc(0)),
  ]);
}
