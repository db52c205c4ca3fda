/** The preset `keras` in the browser: the pixels as they lie in the file, whatever its EXIF says. */
import { describe, expect, test } from 'vitest';
import { readPhoto } from '../../../src/client/photo/read-photo.ts';
import { withoutExif } from '../../../src/client/photo/without-exif.ts';
import { preprocess } from '../../../src/core/image/preprocess.ts';
import { PRESETS } from '../../../src/core/model/input-spec.ts';
import { decodeBase64 } from '../../../src/core/text.ts';
import pillow from '../../fixtures/pillow-keras.json' with { type: 'json' };

const blobOf = (name: string, type = 'image/jpeg') => {
  const found = pillow.cases.find((each) => each.name === name);
  return new Blob([decodeBase64(found?.file ?? '')], { type });
};
const sizeOf = async (blob: Blob, preset: keyof typeof PRESETS) => {
  const { bitmap } = await readPhoto(blob, undefined, PRESETS[preset]);
  return [bitmap.width, bitmap.height];
};

const files = pillow.cases.filter(
  // A canvas keeps no colours below full transparency; what Chromium makes of inks is its own.
  ({ name, rgb }) => rgb && !/alpha|inks|transparent/.test(name),
);

test.each(files)('$name: Pillow’s pixels', async ({ name, rgb }) => {
  const { bitmap, notices } = await readPhoto(blobOf(name), undefined, PRESETS.keras);
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
  if (!context) throw new Error('no canvas');
  context.drawImage(bitmap, 0, 0);
  const planes = preprocess(context.getImageData(0, 0, bitmap.width, bitmap.height), {
    width: 32,
    height: 32,
    resize: 'stretch',
    ...PRESETS.keras,
    channels: 'RGB',
    mean: [0, 0, 0],
    scale: [1, 1, 1],
  });
  const expected = decodeBase64(rgb ?? '');
  const errors = [...expected].map((value, i) =>
    Math.abs(value - (planes[(i % 3) * 1024 + Math.floor(i / 3)] as number)),
  );
  expect(notices).toEqual([]);
  // JPEG decoders may round a colour this or that way.
  expect(Math.max(...errors)).toBeLessThanOrEqual(/JPEG/.test(name) ? 2 : 0);
});

describe('EXIF', () => {
  const turned = 'orientation 6, JPEG';

  test('turns a JPEG by default, and not with keras', async () => {
    expect(await sizeOf(blobOf(turned), 'default')).toEqual([40, 61]);
    expect(await sizeOf(blobOf(turned), 'keras')).toEqual([61, 40]);
  });

  test.each(['image/webp', 'image/png'])('the same in %s', async (type) => {
    const upright = await createImageBitmap(blobOf(turned), { colorSpaceConversion: 'none' });
    const canvas = new OffscreenCanvas(upright.width, upright.height);
    canvas.getContext('2d')?.drawImage(upright, 0, 0);
    const plain = await canvas.convertToBlob({ type });
    const withTag = type === 'image/png' ? await pngWithExif(plain) : await webpWithExif(plain);
    expect(await sizeOf(withTag, 'keras')).toEqual([40, 61]);
    const stripped = await withoutExif(withTag);
    expect(stripped).not.toBe(withTag);
    const found = new TextDecoder('latin1').decode(await stripped.arrayBuffer());
    expect(found).not.toMatch(/EXIF|eXIf/);
  });

  test('a file without it is left alone', async () => {
    const grey = blobOf('grey, JPEG');
    expect(await withoutExif(grey)).toBe(grey);
    const png = blobOf('grey, PNG', 'image/png');
    expect(await withoutExif(png)).toBe(png);
    const short = new Blob(['GIF89a']);
    expect(await withoutExif(short)).toBe(short);
  });
});

/** Little-endian TIFF with one tag: orientation 6. */
const TIFF = Uint8Array.from([
  0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0,
]);

async function pngWithExif(png: Blob): Promise<Blob> {
  const chunk = new Uint8Array(12 + TIFF.length);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, TIFF.length);
  chunk.set(new TextEncoder().encode('eXIf'), 4);
  chunk.set(TIFF, 8);
  view.setUint32(8 + TIFF.length, crc(chunk.subarray(4, 8 + TIFF.length)));
  // After the header chunk: signature 8, IHDR 25.
  return new Blob([png.slice(0, 33), chunk, png.slice(33)], { type: 'image/png' });
}

function crc(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let k = 0; k < 8; k++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return (value ^ 0xffffffff) >>> 0;
}

/** A simple WebP becomes an extended one: VP8X with the EXIF flag, the picture, EXIF. */
async function webpWithExif(webp: Blob): Promise<Blob> {
  const bytes = new Uint8Array(await webp.arrayBuffer());
  const bitmap = await createImageBitmap(webp);
  const isExtended = String.fromCharCode(...bytes.subarray(12, 16)) === 'VP8X';
  const picture = isExtended ? bytes.subarray(12 + 18) : bytes.subarray(12);
  const out = new Uint8Array(12 + 18 + picture.length + 8 + TIFF.length);
  const view = new DataView(out.buffer);
  out.set(new TextEncoder().encode('RIFF----WEBPVP8X'));
  view.setUint32(4, out.length - 8, true);
  view.setUint32(16, 10, true);
  out[20] = (isExtended ? (bytes[20] as number) : 0) | 0x08;
  const side = (at: number, n: number) => {
    view.setUint16(at, (n - 1) & 0xffff, true);
  };
  side(24, bitmap.width);
  side(27, bitmap.height);
  out.set(picture, 30);
  const at = 30 + picture.length;
  out.set(new TextEncoder().encode('EXIF'), at);
  view.setUint32(at + 4, TIFF.length, true);
  out.set(TIFF, at + 8);
  return new Blob([out], { type: 'image/webp' });
}
