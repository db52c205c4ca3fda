/** Damaged photos are read as far as a browser reads them; what is missing is transparent. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { RgbaImage } from '../../../src/core/image/pixels.ts';
import { decodePhoto } from '../../../src/node/photos/decode.ts';
import { orient } from '../../../src/node/photos/undecoded.ts';
import { scene } from '../../support/photos.ts';
import { tempFolder } from '../../support/temp.ts';

const root = await tempFolder();
const WIDTH = 160;
const HEIGHT = 120;

async function decoded(name: string, content: Uint8Array) {
  const path = join(root, name);
  await writeFile(path, content);
  return decodePhoto(path);
}

/** Rows from the top that are opaque from end to end. */
function opaqueRows({ width, height, data }: RgbaImage): number {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) if (data[(y * width + x) * 4 + 3] !== 255) return y;
  }
  return height;
}

const cut = (file: Buffer, share: number) => file.subarray(0, Math.floor(file.length * share));

test('a JPEG that is cut short: whole rows of blocks, then nothing', async () => {
  const whole = await scene(5, WIDTH, HEIGHT).jpeg({ chromaSubsampling: '4:2:0' }).toBuffer();
  const { image, damage } = await decoded('cut.jpg', cut(whole, 0.7));
  expect(damage).toMatch(/premature end/);
  const rows = opaqueRows(image);
  // The last two rows of a block wait for the colours of the next.
  expect(rows % 16).toBe(14);
  expect(rows).toBeGreaterThan(15);
  expect(rows).toBeLessThan(HEIGHT);
  expect(new Set(image.data.subarray(rows * WIDTH * 4))).toEqual(new Set([0]));
});

test('a JPEG that lacks only its end is whole', async () => {
  const whole = await scene(5, WIDTH, HEIGHT).jpeg().toBuffer();
  const { image } = await decoded('no-end.jpg', whole.subarray(0, -2));
  expect(opaqueRows(image)).toBe(HEIGHT);
});

test('a progressive JPEG that ends within a table after its first scans', async () => {
  const whole = await scene(5, WIDTH, HEIGHT).jpeg({ progressive: true }).toBuffer();
  // The last table of the file: FF C4, length, then what is cut off.
  const table = whole.lastIndexOf(Uint8Array.of(0xff, 0xc4));
  expect(table).toBeGreaterThan(whole.indexOf(Uint8Array.of(0xff, 0xda)));
  const { image, damage } = await decoded('table.jpg', whole.subarray(0, table + 12));
  expect(damage).toMatch(/premature end|Huffman/);
  const { data: expected } = await sharp(whole)
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const difference = Array.from(image.data).reduce(
    (sum, value, i) => sum + Math.abs(value - (expected[i] as number)),
    0,
  );
  expect(difference / expected.length).toBeLessThan(10);
});

test.each([false, true])('a PNG with wrong bytes, interlaced: %s', async (progressive) => {
  const whole = await scene(5, WIDTH, HEIGHT).png({ progressive }).toBuffer();
  const wrong = Buffer.from(whole);
  const from = Math.floor(whole.length * 0.7);
  wrong.fill(0x5a, from, from + 9);
  const short = cut(whole, 0.7);
  for (const file of [wrong, short]) {
    const { image, damage } = await decoded('wrong.png', file);
    expect(damage).toMatch(/^(vipspng: libpng read error|the data is damaged)$/);
    const rows = opaqueRows(image);
    if (progressive) expect(rows).toBe(HEIGHT);
    else {
      expect(rows).toBeGreaterThan(HEIGHT * 0.4);
      expect(rows).toBeLessThan(HEIGHT);
      // Wrong bytes may inflate to wrong pixels before zlib sees an error.
      if (file === wrong) continue;
      const reference = await sharp(whole).ensureAlpha().raw().toBuffer();
      const bytes = rows * WIDTH * 4;
      expect(Buffer.from(image.data.subarray(0, bytes)).equals(reference.subarray(0, bytes))).toBe(
        true,
      );
    }
  }
});

test('a damaged photo is turned by its orientation, as sharp turns sound ones', async () => {
  const upright = scene(6, 32, 24).ensureAlpha();
  const { data, info } = await upright.raw().toBuffer({ resolveWithObject: true });
  const image = { width: info.width, height: info.height, data };
  for (let orientation = 1; orientation <= 8; orientation++) {
    const stored = sharp(data, { raw: { width: info.width, height: info.height, channels: 4 } });
    const tagged = await stored.withMetadata({ orientation }).png().toBuffer();
    const expected = await sharp(tagged).autoOrient().raw().toBuffer({ resolveWithObject: true });
    const got = orient(image, orientation);
    expect([got.width, got.height]).toEqual([expected.info.width, expected.info.height]);
    expect(Buffer.from(got.data).equals(expected.data), `orientation ${orientation}`).toBe(true);
  }
});
