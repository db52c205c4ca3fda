import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { RgbaImage } from '../../../src/core/image/pixels.ts';
import { decodePhoto } from '../../../src/node/photos/decode.ts';
import { scene } from '../../support/photos.ts';
import { tempFolder } from '../../support/temp.ts';

const root = await tempFolder();
const at = (name: string) => join(root, name);

const plain = (width: number, height: number, background: string, channels: 3 | 4 = 3) =>
  sharp({ create: { width, height, channels, background } });
const pixel = ({ width, data }: RgbaImage, x: number, y: number) => [
  ...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4),
];
const decoded = async (name: string) => (await decodePhoto(at(name))).image;

describe('EXIF orientation', () => {
  // The upright photo: 3 × 2, six colours.
  const upright = Uint8Array.from(
    ['ff0000', '00ff00', '0000ff', 'ffff00', '00ffff', 'ff00ff'].flatMap((hex) => [
      ...Buffer.from(hex, 'hex'),
    ]),
  );
  // Where the upright pixel (x, y) is stored: EXIF 2.32, tag 0x0112, "row 0 / column 0 is the visual …".
  const W = 3;
  const H = 2;
  const stored: Record<number, (x: number, y: number) => [number, number]> = {
    1: (x, y) => [x, y],
    2: (x, y) => [W - 1 - x, y],
    3: (x, y) => [W - 1 - x, H - 1 - y],
    4: (x, y) => [x, H - 1 - y],
    5: (x, y) => [y, x],
    6: (x, y) => [y, W - 1 - x],
    7: (x, y) => [H - 1 - y, W - 1 - x],
    8: (x, y) => [H - 1 - y, x],
  };

  test.each(Object.entries(stored))('%s gives the same upright pixels', async (tag, place) => {
    const orientation = Number(tag);
    const [width, height] = orientation < 5 ? [W, H] : [H, W];
    const raw = new Uint8Array(upright.length);
    for (let y = 0; y < H; y++) {
      for (let x = 0; x < W; x++) {
        const [sx, sy] = place(x, y);
        raw.set(upright.subarray((y * W + x) * 3, (y * W + x) * 3 + 3), (sy * width + sx) * 3);
      }
    }
    const name = `orientation-${tag}.png`;
    await sharp(raw, { raw: { width, height, channels: 3 } })
      .withMetadata({ orientation })
      .png()
      .toFile(at(name));
    expect((await sharp(at(name)).metadata()).orientation).toBe(orientation);
    const image = await decoded(name);
    expect([image.width, image.height]).toEqual([W, H]);
    const rgb = Array.from(image.data).filter((_, i) => i % 4 !== 3);
    expect(rgb).toEqual([...upright]);
  });
});

describe('kinds of pictures', () => {
  test.each(['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'] as const)('%s', async (format) => {
    await plain(20, 10, '#c86432')
      .toFormat(format)
      .toFile(at(`kind.${format}`));
    const { image, damage } = await decodePhoto(at(`kind.${format}`));
    expect({ width: image.width, height: image.height, damage }).toEqual({
      width: 20,
      height: 10,
      damage: null,
    });
    expect(image.data).toHaveLength(20 * 10 * 4);
    const [r = 0, g = 0, b = 0, a] = pixel(image, 10, 5);
    expect(Math.max(Math.abs(r - 200), Math.abs(g - 100), Math.abs(b - 50))).toBeLessThan(8);
    expect(a).toBe(255);
  });

  test('1 × 1', async () => {
    await plain(1, 1, '#102030').png().toFile(at('one.png'));
    expect(await decoded('one.png')).toMatchObject({ width: 1, height: 1 });
    expect(pixel(await decoded('one.png'), 0, 0)).toEqual([0x10, 0x20, 0x30, 255]);
  });

  test('of an animation the first frame', async () => {
    const frames = await Promise.all(
      ['#ff0000', '#00ff00', '#0000ff'].map((c) => plain(8, 6, c).png().toBuffer()),
    );
    await sharp(frames, { join: { animated: true } })
      .gif()
      .toFile(at('animated.gif'));
    expect((await sharp(at('animated.gif'), { animated: true }).metadata()).pages).toBe(3);
    const image = await decoded('animated.gif');
    expect([image.width, image.height]).toEqual([8, 6]);
    expect(pixel(image, 7, 5)).toEqual([255, 0, 0, 255]);
  });

  test('CMYK', async () => {
    await plain(16, 16, '#ffffff').toColourspace('cmyk').jpeg().toFile(at('white-cmyk.jpg'));
    expect((await sharp(at('white-cmyk.jpg')).metadata()).space).toBe('cmyk');
    for (const value of pixel(await decoded('white-cmyk.jpg'), 8, 8)) {
      expect(value).toBeGreaterThan(245);
    }
  });

  test('16 bits a channel become 8', async () => {
    const raw = Uint16Array.from({ length: 4 * 4 * 3 }, (_, i) => 0xffff - 0x7f7f * (i % 3));
    await sharp(raw, { raw: { width: 4, height: 4, channels: 3 } })
      .toColourspace('rgb16')
      .png()
      .toFile(at('deep.png'));
    expect((await sharp(at('deep.png')).metadata()).depth).toBe('ushort');
    expect(pixel(await decoded('deep.png'), 1, 1)).toEqual([255, 128, 1, 255]);
  });

  test('grey becomes RGBA, with its own alpha or none', async () => {
    await plain(3, 3, '#646464').toColourspace('b-w').png().toFile(at('grey.png'));
    expect((await sharp(at('grey.png')).metadata()).channels).toBe(1);
    expect(pixel(await decoded('grey.png'), 1, 1)).toEqual([100, 100, 100, 255]);
  });

  test('a transparent PNG keeps alpha, and the colour below is not multiplied by it', async () => {
    const raw = Uint8Array.of(200, 100, 50, 128, 10, 20, 30, 0);
    await sharp(raw, { raw: { width: 2, height: 1, channels: 4 } })
      .png()
      .toFile(at('alpha.png'));
    const image = await decoded('alpha.png');
    expect(pixel(image, 0, 0)).toEqual([200, 100, 50, 128]);
    expect(pixel(image, 1, 0)[3]).toBe(0);
  });

  test('a colour profile is converted to sRGB', async () => {
    await plain(8, 8, '#c86432').withIccProfile('p3').png().toFile(at('p3.png'));
    const stored = await sharp(at('p3.png'), { ignoreIcc: true }).raw().toBuffer();
    // In the wider space the same colour has other numbers; read as sRGB they would be wrong.
    expect(Math.abs((stored[0] ?? 0) - 200)).toBeGreaterThan(5);
    const [r = 0, g = 0, b = 0] = pixel(await decoded('p3.png'), 4, 4);
    expect(Math.max(Math.abs(r - 200), Math.abs(g - 100), Math.abs(b - 50))).toBeLessThan(4);
  });
});

describe('what cannot be used', () => {
  test('many at once: each is told why, though libvips has one place for the words of all', async () => {
    const bytes = await readFile('public/sample/queries/vase-001.jpg');
    await writeFile(at('half.jpg'), bytes.subarray(0, bytes.length >> 1));
    const told = new Set<string | null>();
    for (let round = 0; round < 5; round++) {
      const photos = await Promise.all(
        Array.from({ length: 40 }, () => decodePhoto(at('half.jpg'))),
      );
      for (const { damage } of photos) told.add(damage);
    }
    expect([...told]).toEqual(['VipsJpeg: premature end of JPEG image']);
  });

  test('a truncated JPEG is used as far as it goes, and the damage told', async () => {
    const whole = await scene(5, 400, 300).jpeg().toBuffer();
    await writeFile(at('cut.jpg'), whole.subarray(0, whole.length >> 1));
    const { image, damage } = await decodePhoto(at('cut.jpg'));
    expect([image.width, image.height]).toEqual([400, 300]);
    expect(damage).toMatch(/premature end|truncated/i);
    const reference = await sharp(whole).ensureAlpha().raw().toBuffer();
    expect(Buffer.from(image.data.subarray(0, 400 * 4 * 50))).toEqual(
      reference.subarray(0, 400 * 4 * 50),
    );
  });

  test('more pixels than allowed: refused by the header, with both numbers', async () => {
    await plain(40, 30, '#fff').png().toFile(at('large.png'));
    await expect(decodePhoto(at('large.png'), 1199)).rejects.toMatchObject({
      name: 'PhotoError',
      message:
        `${at('large.png')}: 40×30 pixels, more than the 1199 that are allowed; make it smaller or ` +
        'raise --max-pixels.',
    });
    expect((await decodePhoto(at('large.png'), 1200)).image.width).toBe(40);
    // A header that claims what no memory holds: FF C0, length, precision, height, width.
    const bomb = await scene(1).jpeg().toBuffer();
    const frame = bomb.indexOf(Uint8Array.of(0xff, 0xc0));
    bomb.writeUInt16BE(65_000, frame + 5);
    bomb.writeUInt16BE(65_000, frame + 7);
    await writeFile(at('bomb.jpg'), bomb);
    await expect(decodePhoto(at('bomb.jpg'))).rejects.toThrow(
      '65000×65000 pixels, more than the 100000000 that are allowed',
    );
  });

  test.each([
    ['a text', 'text.jpg', 'hello'],
    ['a text whose name says "missing"', 'missing.jpg', 'hello'],
    ['nothing', 'empty.jpg', ''],
  ])('%s is not an image', async (_, name, content) => {
    await writeFile(at(name), content);
    const failure = decodePhoto(at(name));
    await expect(failure).rejects.toMatchObject({ name: 'PhotoError' });
    const got = content === '' ? 'an empty file' : '5 bytes of something else';
    await expect(failure).rejects.toThrow(
      `${at(name)}: not an image: expected JPEG, PNG, WebP, GIF, AVIF or TIFF, got ${got}.`,
    );
  });

  test('a file that is not there', async () => {
    await expect(decodePhoto(at('nowhere.jpg'))).rejects.toThrow(
      `${at('nowhere.jpg')}: no such file. Check the path.`,
    );
  });

  test('SVG is refused, whatever the extension says', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"></svg>';
    await writeFile(at('svg.png'), svg);
    await expect(decodePhoto(at('svg.png'))).rejects.toMatchObject({
      name: 'PhotoError',
      message:
        `${at('svg.png')}: SVG is a drawing, not a photo. Convert it: ` +
        '"magick drawing.svg drawing.png".',
    });
  });
});
