/** Every file that a browser shows is read, with the right size; of the others the visitor learns why not. */
import { beforeAll, describe, expect, test } from 'vitest';
import { readPhoto } from '../../../src/client/photo/read-photo.ts';
import { isWholeFile } from '../../../src/client/photo/whole-file.ts';
import { headerSize } from '../../../src/core/image/header-size.ts';
import { kindOf } from '../../../src/core/image/kind.ts';

let jpeg: Uint8Array<ArrayBuffer>;
/** Where the scan begins: FF DA. */
let scan: number;

beforeAll(async () => {
  jpeg = new Uint8Array(await (await fetch('/public/sample/queries/vase-001.jpg')).arrayBuffer());
  scan = jpeg.findIndex((byte, i) => byte === 0xff && jpeg[i + 1] === 0xda);
});

const bytes = (...values: number[]) => Uint8Array.from(values);
const file = (name: string, ...parts: BlobPart[]) => new File(parts, name);
const ascii = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

async function painted(type: string, fill: string | null, side = 64): Promise<Blob> {
  const canvas = new OffscreenCanvas(side, side);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  if (fill) {
    context.fillStyle = fill;
    context.fillRect(0, 0, side, side);
  } else {
    for (let i = 0; i < side; i++) {
      context.fillStyle = `hsl(${i * 7} 80% 50%)`;
      context.fillRect(i, 0, 1, side);
      context.fillRect(0, i, side - i, 1);
    }
  }
  return canvas.convertToBlob({ type });
}

describe('JPEG files that every browser shows', () => {
  const second = () => 4 + (((jpeg[4] as number) << 8) | (jpeg[5] as number));

  test.each<[string, () => BlobPart[]]>([
    [
      'FF fill bytes before a marker',
      () => [jpeg.slice(0, second()), bytes(255, 255, 255), jpeg.slice(second())],
    ],
    [
      'stray bytes between two segments',
      () => [jpeg.slice(0, second()), bytes(1, 0, 7), jpeg.slice(second())],
    ],
    ['a stray byte after the start', () => [jpeg.slice(0, 2), bytes(0), jpeg.slice(2)]],
    [
      'a segment that is longer than it says',
      () => [jpeg.slice(0, 2), bytes(255, 0xe9, 0, 4, 1, 2, 3, 4, 5, 6), jpeg.slice(2)],
    ],
    [
      'more than 1 MiB of metadata before the size',
      () => [
        jpeg.slice(0, 2),
        ...Array.from({ length: 20 }, () => [
          bytes(255, 0xe9, 255, 255),
          new Uint8Array(65_533),
        ]).flat(),
        jpeg.slice(2),
      ],
    ],
  ])('%s', async (_, parts) => {
    const { bitmap, notices } = await readPhoto(file('sound.jpg', ...parts()));
    expect([bitmap.width, bitmap.height, notices]).toEqual([320, 320, []]);
    // The size in the header is found as well, so that the cap applies before decoding.
    await expect(readPhoto(file('sound.jpg', ...parts()), 1000)).rejects.toThrow(
      '“sound.jpg” has 320×320 pixels, more than the 1000 that are allowed here.',
    );
  });
});

describe('sizes', () => {
  test('a BMP with the header of OS/2', async () => {
    const [width, height] = [70, 40];
    const bmp = new Uint8Array(26 + 212 * height);
    const view = new DataView(bmp.buffer);
    bmp.set(ascii('BM'));
    view.setUint32(2, bmp.length, true);
    view.setUint32(10, 26, true);
    view.setUint32(14, 12, true);
    for (const [i, value] of [width, height, 1, 24].entries())
      view.setUint16(18 + i * 2, value, true);
    for (let i = 26; i < bmp.length; i++) bmp[i] = i % 251;
    expect(kindOf(bmp)).toBe('bmp');
    expect(headerSize(bmp, 'bmp')).toEqual({ width, height });
    const { bitmap } = await readPhoto(file('old.bmp', bmp));
    expect([bitmap.width, bitmap.height]).toEqual([width, height]);
  });

  test('a format whose header is not read here: the cap applies after decoding', async () => {
    const png = await painted('image/png', null, 48);
    const entry = new DataView(new ArrayBuffer(22));
    entry.setUint16(2, 1, true);
    entry.setUint16(4, 1, true);
    entry.setUint8(6, 48);
    entry.setUint8(7, 48);
    entry.setUint16(10, 1, true);
    entry.setUint16(12, 32, true);
    entry.setUint32(14, png.size, true);
    entry.setUint32(18, 22, true);
    const ico = file('icon.ico', entry.buffer, png);
    expect((await readPhoto(ico)).bitmap.width).toBe(48);
    await expect(readPhoto(ico, 2303)).rejects.toThrow(
      '“icon.ico” has 48×48 pixels, more than the 2303 that are allowed here.',
    );
  });

  test.each([
    [100_000_000, 1],
    [1, 5_000_000],
  ])('a PNG that claims %i × %i is refused by its header', async (width, height) => {
    const png = new Uint8Array(await (await painted('image/png', '#fff', 1)).arrayBuffer());
    new DataView(png.buffer).setUint32(16, width);
    new DataView(png.buffer).setUint32(20, height);
    await expect(readPhoto(file('thin.png', png))).rejects.toThrow(
      `“thin.png” has ${width}×${height} pixels; at most 65535 are allowed for each side here.`,
    );
  });
});

describe('a file without a pixel', () => {
  const WORDS =
    /^Not one pixel of “blank\.\w+” could be decoded \(\w+, \d+ bytes\): .+\. Choose another photo\.$/;

  test('a JPEG that ends after its header', async () => {
    for (const end of [scan, scan + 14, scan + 30]) {
      await expect(readPhoto(file('blank.jpg', jpeg.slice(0, end)))).rejects.toThrow(WORDS);
    }
  });

  test('a PNG whose pixels are garbage, a WebP that is cut short', async () => {
    const png = new Uint8Array(await (await painted('image/png', null)).arrayBuffer());
    const pixels = String.fromCharCode(...png).indexOf('IDAT') + 4;
    png.fill(0x5a, pixels, pixels + 40);
    await expect(readPhoto(file('blank.png', png))).rejects.toThrow(WORDS);
    const webp = (await painted('image/webp', null)).slice(0, 60);
    await expect(readPhoto(file('blank.webp', webp))).rejects.toThrow(WORDS);
  });

  test('browsers that decode it without an error: the file’s structure decides', async () => {
    expect(await isWholeFile(new Blob([jpeg]), 'jpeg')).toBe(true);
    expect(await isWholeFile(new Blob([jpeg.slice(0, scan + 30)]), 'jpeg')).toBe(false);
    const png = new Uint8Array(await (await painted('image/png', '#fff')).arrayBuffer());
    expect(await isWholeFile(new Blob([png]), 'png')).toBe(true);
    expect(await isWholeFile(new Blob([png.slice(0, -12)]), 'png')).toBe(false);
    const pixels = String.fromCharCode(...png).indexOf('IDAT') + 4;
    png.fill(0x5a, pixels, pixels + 10);
    expect(await isWholeFile(new Blob([png]), 'png')).toBe(false);
  });

  test.each([
    ['image/jpeg', '#fff'],
    ['image/png', '#000'],
    ['image/png', 'transparent'],
    ['image/webp', '#fff'],
  ])('a sound %s that is all %s is read', async (type, fill) => {
    const { bitmap, notices } = await readPhoto(await painted(type, fill));
    expect([bitmap.width, notices]).toEqual([64, []]);
  });

  test('a JPEG whose upper half decodes is used, and the visitor is told', async () => {
    const { bitmap, notices } = await readPhoto(file('half.jpg', jpeg.slice(0, jpeg.length >> 1)));
    expect(bitmap.width).toBe(320);
    expect(notices).toEqual([
      {
        code: 'photo-damaged',
        message: 'The photo is damaged, so only the readable part was used.',
      },
    ]);
  });
});

describe('formats that this browser cannot read', () => {
  test('HEIC: how to convert it', async () => {
    const heic = ascii('\0\0\0\x18ftypheic\0\0\0\0mif1heic');
    await expect(readPhoto(file('phone.heic', heic))).rejects.toMatchObject({
      name: 'PhotoError',
      message:
        'This browser cannot read “phone.heic”: HEIC is a patented format that few programs read. ' +
        'Convert it to JPEG: "heif-convert photo.heic photo.jpg" (Debian: libheif-examples), or on ' +
        'a Mac "sips -s format jpeg photo.heic --out photo.jpg".',
    });
  });

  test('TIFF', async () => {
    const tiff = file('scan.tif', ascii('II*\0\x08\0\0\0\0\0\0\0\0\0'));
    await expect(readPhoto(tiff)).rejects.toThrow(
      'This browser cannot read “scan.tif”: most browsers cannot read TIFF. Convert it: ' +
        '"magick photo.tif photo.jpg".',
    );
  });

  test('what is no image at all', async () => {
    const text = new File(['hello'], 'notes.jpg', { type: 'image/jpeg' });
    await expect(readPhoto(text)).rejects.toThrow(
      '“notes.jpg” is not an image: expected JPEG, PNG, WebP, GIF or AVIF, got image/jpeg, 5 bytes. ' +
        'Choose a photo.',
    );
    await expect(readPhoto(new Blob())).rejects.toThrow('The file is not an image: expected JPEG');
    const svg = new File(['<?xml version="1.0"?><svg width="9" height="9"/>'], 'a.svg', {
      type: 'image/svg+xml',
    });
    await expect(readPhoto(svg)).rejects.toThrow('“a.svg” is not an image: expected JPEG');
  });
});
