/** Photos of every awkward kind, made by sharp and given to the browser as a visitor's files. */
import { readFileSync } from 'node:fs';
import sharp from 'sharp';

export interface UploadedFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

export const file = (name: string, mimeType: string, buffer: Buffer): UploadedFile => ({
  name,
  mimeType,
  buffer,
});

const vase = () => sharp('public/sample/queries/vase-001.jpg');

export const truncatedJpeg = () => {
  const whole = readFileSync('public/sample/queries/vase-001.jpg');
  return file('cut.jpg', 'image/jpeg', whole.subarray(0, Math.floor(whole.length * 0.7)));
};

export const onePixel = async () =>
  file(
    'one.png',
    'image/png',
    await sharp({ create: { width: 1, height: 1, channels: 3, background: '#a64' } })
      .png()
      .toBuffer(),
  );

export const cmykJpeg = async () =>
  file(
    'cmyk.jpg',
    'image/jpeg',
    await vase().toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer(),
  );

export const png16 = async () =>
  file('deep.png', 'image/png', await vase().toColourspace('rgb16').png().toBuffer());

export const webp = async () => file('vase.webp', 'image/webp', await vase().webp().toBuffer());

export const avif = async () => file('vase.avif', 'image/avif', await vase().avif().toBuffer());

/** The vase first, then a red frame. */
export const animatedGif = async () => {
  const { data, info } = await vase().ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const red = Buffer.from(data);
  for (let i = 0; i < red.length; i += 4) red.set([255, 0, 0, 255], i);
  const frames = Buffer.concat([data, red]);
  const { width, height } = info;
  const raw = { width, height: height * 2, channels: 4 as const, pageHeight: height };
  return file('moving.gif', 'image/gif', await sharp(frames, { raw }).gif({ loop: 0 }).toBuffer());
};

/** The vase's shape with everything else wholly transparent, in a colour that must not count. */
export const transparentPng = async () => {
  const { data, info } = await vase().ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  for (let i = 0; i < width * height; i++) {
    const x = i % width;
    if (x < width / 4 || x > (width * 3) / 4) data.set([255, 0, 255, 0], i * 4);
  }
  const raw = { width, height, channels: 4 as const };
  return file('cut-out.png', 'image/png', await sharp(data, { raw }).png().toBuffer());
};

/** What is done to upright pixels so that EXIF's tag undoes it: a turn, then a mirror. */
const STORED: Record<number, { turn: 0 | 90 | 180 | 270; mirror: boolean }> = {
  1: { turn: 0, mirror: false },
  2: { turn: 0, mirror: true },
  3: { turn: 180, mirror: false },
  4: { turn: 180, mirror: true },
  5: { turn: 90, mirror: true },
  6: { turn: 270, mirror: false },
  7: { turn: 270, mirror: true },
  8: { turn: 90, mirror: false },
};

/** The vase stored in each of EXIF's eight ways, upright again once the tag is obeyed. */
export async function oriented(orientation: number): Promise<UploadedFile> {
  const { turn, mirror } = STORED[orientation] ?? { turn: 0, mirror: false };
  const upright = await vase().resize(240, 160, { fit: 'fill' }).png().toBuffer();
  // One step at a time: within one pipeline sharp has an order of its own.
  const turned = await sharp(upright).rotate(turn).png().toBuffer();
  const jpeg = await sharp(turned)
    .flop(mirror)
    .jpeg({ quality: 95 })
    .withMetadata({ orientation })
    .toBuffer();
  return file(`exif-${orientation}.jpg`, 'image/jpeg', jpeg);
}
