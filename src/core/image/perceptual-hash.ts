/**
 * A perceptual hash: 144 bits that stay nearly the same when a picture is resized, compressed, brightened or turned
 * grey (Zauner 2010, "Implementation and Benchmarking of Perceptual Image Hash Functions", 3.2, with more bits).
 *
 *     photo ─▶ 32×32 ─┬─▶ grey ─▶ DCT-II ─▶ the 12×12 lowest frequencies but 0 ─▶ a bit each: above their median?
 *                     └─▶ means of 8×8 cells of grey, and of 4×4 cells of Cb and Cr, a byte each
 *
 * Both together are the picture's fingerprint, 114 bytes. Copies have nearly the same bits, and the same levels: the hash alone is
 * the same for a black and a grey shirt. A picture in clearly another light is no copy then, either. Only additions, multiplications and square
 * roots, so that every JavaScript engine gives the same bits.
 */
import {
  COLOUR_CELLS,
  FINGERPRINT_BYTES,
  FREQUENCIES,
  GREY_CELLS,
  HASH_BITS,
  HASH_BYTES,
  SMALL_SIDE,
} from './hash-distance.ts';

const SIDE = SMALL_SIDE;

/** If grey levels vary less than this (as a standard deviation), bits would be noise. */
const LEAST_CONTRAST = 1;

/**
 * @param rgb the photo's `smallCopy`
 * @returns `FINGERPRINT_BYTES`: the hash, then the colours
 */
export function fingerprintOf(rgb: Float32Array): Uint8Array<ArrayBuffer> {
  const fingerprint = new Uint8Array(FINGERPRINT_BYTES);
  fingerprint.set(perceptualHash(rgb));
  fingerprint.set(cellsOf(rgb), HASH_BYTES);
  return fingerprint;
}

/** A hash as a unit vector: its cosine with another is 1 − distance / 72. */
export function vectorOfHash(hash: Uint8Array): Float32Array<ArrayBuffer> {
  const length = 1 / Math.sqrt(HASH_BITS);
  return Float32Array.from({ length: HASH_BITS }, (_, bit) =>
    (hash[bit >> 3] as number) & (1 << (bit & 7)) ? length : -length,
  );
}

/**
 * @param rgb the photo's `smallCopy`
 * @returns `HASH_BYTES`, the lowest bit of the first byte first; zeros if the picture is blank
 */
export function perceptualHash(rgb: Float32Array): Uint8Array<ArrayBuffer> {
  const hash = new Uint8Array(HASH_BYTES);
  const grey = mixed(rgb, 0.299, 0.587, 0.114);
  if (deviation(grey) < LEAST_CONTRAST) return hash;
  const waves = lowFrequencies(grey);
  const middle = medianOf(waves);
  waves.forEach((wave, bit) => {
    if (wave > middle) hash[bit >> 3] = (hash[bit >> 3] as number) | (1 << (bit & 7));
  });
  return hash;
}

/** Y, then Cb and Cr of JFIF around 128: the means of their cells. */
function cellsOf(rgb: Float32Array): number[] {
  const grey = meansOf(mixed(rgb, 0.299, 0.587, 0.114), GREY_CELLS, 0);
  const blue = meansOf(mixed(rgb, -0.168736, -0.331264, 0.5), COLOUR_CELLS, 128);
  const red = meansOf(mixed(rgb, 0.5, -0.418688, -0.081312), COLOUR_CELLS, 128);
  return [...grey, ...blue, ...red];
}

function meansOf(channel: Float64Array, cells: number, offset: number): number[] {
  const side = SIDE / cells;
  return Array.from({ length: cells ** 2 }, (_, cell) => {
    const left = (cell % cells) * side;
    const top = Math.floor(cell / cells) * side;
    let sum = 0;
    for (let y = top; y < top + side; y++) {
      for (let x = left; x < left + side; x++) sum += channel[y * SIDE + x] as number;
    }
    return Math.min(255, Math.floor(offset + 0.5 + sum / side ** 2));
  });
}

function mixed(rgb: Float32Array, ofRed: number, ofGreen: number, ofBlue: number): Float64Array {
  const mixture = new Float64Array(SIDE * SIDE);
  for (let i = 0, at = 0; i < mixture.length; i++, at += 3) {
    const red = ofRed * (rgb[at] as number);
    mixture[i] = red + ofGreen * (rgb[at + 1] as number) + ofBlue * (rgb[at + 2] as number);
  }
  return mixture;
}

function deviation(grey: Float64Array): number {
  const mean = grey.reduce((sum, level) => sum + level, 0) / grey.length;
  return Math.sqrt(grey.reduce((sum, level) => sum + (level - mean) ** 2, 0) / grey.length);
}

/** cos(n π / 64) for a whole turn of 128 steps, by rotation: `Math.cos` may differ between engines. */
function makeCosines(): Float64Array {
  // Halving a right angle five times gives π / 64.
  let cos = 0;
  for (let i = 0; i < 5; i++) cos = Math.sqrt((1 + cos) / 2);
  const sin = Math.sqrt(1 - cos * cos);
  const table = new Float64Array(4 * SIDE);
  let [x, y] = [1, 0];
  for (let i = 0; i < table.length; i++) {
    table[i] = x;
    [x, y] = [x * cos - y * sin, x * sin + y * cos];
  }
  return table;
}

/** The DCT-II along both sides; frequencies from 1, because 0 is the mean, which light changes. */
function lowFrequencies(grey: Float64Array): Float64Array {
  const cosines = makeCosines();
  const wave = (frequency: number, place: number) =>
    cosines[(frequency * (2 * place + 1)) % cosines.length] as number;
  const rows = new Float64Array(FREQUENCIES * SIDE);
  for (let u = 0; u < FREQUENCIES; u++) {
    for (let y = 0; y < SIDE; y++) {
      let sum = 0;
      for (let x = 0; x < SIDE; x++) sum += wave(u + 1, x) * (grey[y * SIDE + x] as number);
      rows[u * SIDE + y] = sum;
    }
  }
  const waves = new Float64Array(HASH_BITS);
  for (let v = 0; v < FREQUENCIES; v++) {
    for (let u = 0; u < FREQUENCIES; u++) {
      let sum = 0;
      for (let y = 0; y < SIDE; y++) sum += wave(v + 1, y) * (rows[u * SIDE + y] as number);
      waves[v * FREQUENCIES + u] = sum;
    }
  }
  return waves;
}

function medianOf(waves: Float64Array): number {
  const sorted = waves.slice().sort();
  const half = sorted.length / 2;
  return ((sorted[half - 1] as number) + (sorted[half] as number)) / 2;
}
