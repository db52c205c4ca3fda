/** Finds and clears the missing rows of damaged photos: transparent in browsers, filled with grey by libjpeg. */
import { isFrameHeader, jpegSegments } from '../../core/image/jpeg-segments.ts';
import type { RgbaImage } from '../../core/image/pixels.ts';
import { type QuarterTurns, turnPixels } from '../../core/image/view.ts';

/** Makes all rows from `row` on transparent. */
export function clearRowsFrom(image: RgbaImage, row: number): RgbaImage {
  return { ...image, data: image.data.slice().fill(0, row * image.width * 4) };
}

const GREY = 128;
/** Accepted difference from the fill's grey, because a colour profile shifts it slightly. */
const TOLERANCE = 3;
/** Number of rows by which chroma upsampling reaches into the next row of blocks. */
const BLEED = 2;

/** The first row of a JPEG, in stored orientation, that browsers do not show because its blocks are truncated. */
export function firstUndecodedRow(image: RgbaImage, jpeg: Uint8Array): number {
  const { width, height, data } = image;
  const isFill = (x: number, y: number) => {
    const at = (y * width + x) * 4;
    for (let c = 0; c < 3; c++) {
      if (Math.abs((data[at + c] as number) - GREY) > TOLERANCE) return false;
    }
    return true;
  };
  const isFillFrom = (x: number, y: number) => {
    for (let column = x; column < width; column++) if (!isFill(column, y)) return false;
    return true;
  };
  let row = height;
  while (row > 0 && isFillFrom(0, row - 1)) row--;
  if (row === 0) return 0;
  // Browsers show only complete rows of blocks. Colours bleed slightly into the fill below them.
  const block = blockHeight(jpeg);
  const begin = Math.floor(Math.max(0, row - 1 - BLEED) / block) * block;
  const middle = Math.min(begin + (block >> 1), height - 1);
  const isCut = isFillFrom(Math.max(0, width - 4), middle);
  const end = isCut ? begin : Math.min(begin + block, height);
  // If chroma is upsampled, the last rows depend on the blocks below them.
  return block > 8 && end < height ? Math.max(0, end - BLEED) : end;
}

function blockHeight(jpeg: Uint8Array): number {
  const view = new DataView(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  for (const { marker, dataAt } of jpegSegments(view)) {
    if (!isFrameHeader(marker)) continue;
    const components = view.getUint8(dataAt + 5);
    const factors = Array.from({ length: components }, (_, i) => view.getUint8(dataAt + 7 + i * 3));
    return Math.max(1, ...factors.map((factor) => factor & 15)) * 8;
  }
  return 8;
}

/** EXIF 2.32, tag 0x0112: first mirrored left to right, then rotated clockwise. */
const ORIENTATIONS: Readonly<Record<number, readonly [isMirrored: boolean, QuarterTurns]>> = {
  2: [true, 0],
  3: [false, 2],
  4: [true, 2],
  5: [true, 3],
  6: [false, 1],
  7: [true, 1],
  8: [false, 3],
};

export function orient(image: RgbaImage, orientation: number): RgbaImage {
  const [isMirrored, turns] = ORIENTATIONS[orientation] ?? [false, 0];
  return turnPixels(isMirrored ? mirror(image) : image, turns);
}

function mirror({ width, height, data }: RgbaImage): RgbaImage {
  const from = new Uint32Array(data.slice().buffer);
  const to = new Uint32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) to[y * width + x] = from[y * width + width - 1 - x] as number;
  }
  return { width, height, data: new Uint8Array(to.buffer) };
}
