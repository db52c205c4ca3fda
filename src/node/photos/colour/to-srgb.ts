/** Converts pixels from a tagged colour space to sRGB, as Chromium does on an SDR display. */
import type { RgbaImage } from '../../../core/image/pixels.ts';
import type { Matrix, Triple } from './matrix.ts';
import { type Chromaticities, matrixBetween, REC2020, SRGB } from './primaries.ts';
import { hlgToScene, linearToSrgb, pqToNits, type Transfer } from './transfer.ts';

export interface ColourSpace {
  readonly primaries: Chromaticities;
  readonly transfer: Transfer;
}

/** BT.2408: luminance in cd/m² of SDR reference white on an HDR display. */
const WHITE_NITS = 203;
const PEAK_NITS = 1000;
const HEADROOM = PEAK_NITS / WHITE_NITS;

const TO_SRGB = table(256 * 256, (x) => Math.round(linearToSrgb(x) * 255));

/** @returns the image itself if the primaries are degenerate */
export function toSrgb(image: RgbaImage, { primaries, transfer }: ColourSpace): RgbaImage {
  const isHdr = transfer.kind !== 'curve';
  // Chromium tone-maps HDR pictures in BT.2020, regardless of the space they are stored in.
  const into = matrixBetween(primaries, isHdr ? REC2020 : SRGB);
  const out = matrixBetween(REC2020, SRGB);
  if (!into || !out) return image;
  const linear = Float64Array.from({ length: 256 }, (_, i) => linearOf(i / 255, transfer));
  const data = new Uint8Array(image.data.length);
  const buffer: [number, number, number] = [0, 0, 0];
  for (let at = 0; at < data.length; at += 4) {
    buffer[0] = linear[image.data[at] as number] as number;
    buffer[1] = linear[image.data[at + 1] as number] as number;
    buffer[2] = linear[image.data[at + 2] as number] as number;
    apply(into, buffer);
    if (isHdr) {
      if (transfer.kind === 'hlg') applyHlgDisplay(buffer);
      mapTones(buffer);
      apply(out, buffer);
    }
    for (let c = 0; c < 3; c++) data[at + c] = encode(buffer[c] as number);
    data[at + 3] = image.data[at + 3] as number;
  }
  return { ...image, data };
}

export function encode(linear: number): number {
  return TO_SRGB[Math.round(Math.min(1, Math.max(0, linear)) * (TO_SRGB.length - 1))] as number;
}

function linearOf(x: number, transfer: Transfer): number {
  switch (transfer.kind) {
    case 'curve':
      return transfer.toLinear(x);
    case 'pq':
      return pqToNits(x) / WHITE_NITS;
    case 'hlg':
      return hlgToScene(x);
  }
}

/** BT.2100's HLG OOTF for a display of 1000 cd/m²: a gamma of 1.2 applied to the luminance. */
function applyHlgDisplay(rgb: [number, number, number]): void {
  const luminance = 0.2627 * rgb[0] + 0.678 * rgb[1] + 0.0593 * rgb[2];
  const gain = Math.max(luminance, 0) ** 0.2 * HEADROOM;
  for (let c = 0; c < 3; c++) (rgb[c] as number) *= gain;
}

/**
 * SMPTE ST 2094-50's reference-white operator for an SDR display, as implemented by Skia: half the light up to
 * white, then a quadratic Bézier curve from (1, ½) to (peak, 1). One gain for all three channels preserves hue.
 */
function mapTones(rgb: [number, number, number]): void {
  const most = Math.max(...rgb);
  if (most <= 0) return;
  const gain = toneOf(most) / most;
  for (let c = 0; c < 3; c++) (rgb[c] as number) *= gain;
}

const KNEE = 0.65;
const MID_X = 1 - KNEE + KNEE * 2;
const MID_Y = (1 - KNEE) / 2 + KNEE;

function toneOf(x: number): number {
  if (x <= 1) return x / 2;
  if (x >= HEADROOM) return 1;
  const a = 1 - 2 * MID_X + HEADROOM;
  const b = 2 * (MID_X - 1);
  const t = (-b + Math.sqrt(b * b - 4 * a * (1 - x))) / (2 * a);
  return 0.5 + t * 2 * (MID_Y - 0.5) + t * t * (0.5 - 2 * MID_Y + 1);
}

function apply(m: Matrix, rgb: [number, number, number]): void {
  const [r, g, b]: Triple = rgb;
  rgb[0] = m[0] * r + m[1] * g + m[2] * b;
  rgb[1] = m[3] * r + m[4] * g + m[5] * b;
  rgb[2] = m[6] * r + m[7] * g + m[8] * b;
}

function table(count: number, f: (x: number) => number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) => f(i / (count - 1)));
}
