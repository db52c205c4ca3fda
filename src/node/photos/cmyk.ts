import type { Sharp } from 'sharp';
import type { RgbaImage } from '../../core/image/pixels.ts';
import { type CmykToSrgb, cmykToSrgb } from './colour/cmyk-profile.ts';

/** @param profile ICC profile; null converts the inks without one, as browsers and Pillow do */
export async function pixelsOfCmyk(photo: Sharp, profile: Buffer | null): Promise<RgbaImage> {
  const { data: inks, info } = await photo
    .pipelineColourspace('cmyk')
    .toColourspace('cmyk')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const convert = profile && cmykToSrgb(profile);
  return { width, height, data: convert ? byProfile(inks, convert) : plainly(inks) };
}

/** Converts without a profile: each ink absorbs its share of the light that black lets through. */
function plainly(inks: Uint8Array): Uint8Array {
  const data = new Uint8Array(inks.length).fill(255);
  for (let at = 0; at < data.length; at += 4) {
    const light = 255 - (inks[at + 3] as number);
    for (let c = 0; c < 3; c++) {
      data[at + c] = light - Math.round(((inks[at + c] as number) * light) / 255);
    }
  }
  return data;
}

/** A table look-up takes a microsecond per colour, so inks with equal upper 6 bits share one result. */
function byProfile(inks: Uint8Array, convert: CmykToSrgb): Uint8Array {
  const known = new Uint32Array(1 << 24);
  const data = new Uint8Array(inks.length);
  const middle = (ink: number) => (ink & 0xfc) | (ink >> 6);
  for (let at = 0; at < data.length; at += 4) {
    const [c = 0, m = 0, y = 0, k = 0] = inks.subarray(at, at + 4);
    const key = ((c >> 2) << 18) | ((m >> 2) << 12) | ((y >> 2) << 6) | (k >> 2);
    let rgb = known[key] as number;
    if (rgb === 0) {
      const [red, green, blue] = convert(middle(c), middle(m), middle(y), middle(k));
      rgb = 0xff000000 + (red << 16) + (green << 8) + blue;
      known[key] = rgb;
    }
    data[at] = (rgb >>> 16) & 255;
    data[at + 1] = (rgb >>> 8) & 255;
    data[at + 2] = rgb & 255;
    data[at + 3] = 255;
  }
  return data;
}
