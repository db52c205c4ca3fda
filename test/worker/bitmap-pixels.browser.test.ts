/** A part of a photo is the same pixels as in the whole, whatever way the camera was held. */
import { expect, test } from 'vitest';
import { readPhoto } from '../../src/client/photo/read-photo.ts';
import { type Region, turnPixels } from '../../src/core/image/view.ts';
import { seededRandom } from '../../src/core/vector/random.ts';
import { pixelsOf, viewedPixels } from '../../src/worker/bitmap-pixels.ts';

const PHOTO = '/public/sample/queries/vase-001.jpg';
const REGION: Region = { left: 0.25, top: 0.125, width: 0.5, height: 0.25 };

async function jpeg(orientation = 1): Promise<Blob> {
  const bytes = new Uint8Array(await (await fetch(PHOTO)).arrayBuffer());
  // After the start of the image: an EXIF segment with one entry, the orientation (tag 0x0112, SHORT).
  const exif = [
    [0xff, 0xe1, 0, 34],
    [...'Exif\0\0', ...'MM'].map((char) => char.charCodeAt(0)),
    [0, 42, 0, 0, 0, 8, 0, 1],
    [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0],
  ].flat();
  return new Blob([bytes.subarray(0, 2), Uint8Array.from(exif), bytes.subarray(2)], {
    type: 'image/jpeg',
  });
}

/** The plain way: all of it on one canvas, then the part out of that. */
function plainly(bitmap: ImageBitmap, x: number, y: number, width: number, height: number) {
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
  if (!context) throw new Error('No canvas.');
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(x, y, width, height).data;
}

const decoded = async (photo: Blob) => (await readPhoto(photo)).bitmap;

test.each([1, 3, 6, 8])('a part of a photo with EXIF orientation %i', async (orientation) => {
  const photo = await jpeg(orientation);
  const whole = await decoded(photo);
  const side = whole.width;
  const expected = plainly(whole, side / 4, side / 8, side / 2, side / 4);
  const part = pixelsOf(whole, REGION);
  expect([part.width, part.height]).toEqual([side / 2, side / 4]);
  expect(part.data).toEqual(expected);
});

test('orientation is applied at all', async () => {
  const upright = pixelsOf(await decoded(await jpeg(1)));
  const turned = pixelsOf(await decoded(await jpeg(3)));
  expect(turnPixels(turned, 2).data.slice(0, 64)).toEqual(upright.data.slice(0, 64));
});

test('a photo of several bands, cut across them', async () => {
  const canvas = new OffscreenCanvas(4096, 3000);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('No canvas.');
  const random = seededRandom(5);
  for (let i = 0; i < 200; i++) {
    context.fillStyle = `rgb(${random() * 255} ${random() * 255} ${random() * 255})`;
    context.fillRect(random() * 4096, random() * 3000, 300, 300);
  }
  const region: Region = { left: 0.25, top: 0.01, width: 0.5, height: 0.98 };
  const expected = context.getImageData(1024, 30, 2048, 2940).data;
  const part = pixelsOf(canvas.transferToImageBitmap(), region);
  expect([part.width, part.height]).toEqual([2048, 2940]);
  // Not toEqual, which takes seconds for 24 million numbers.
  expect(part.data.findIndex((value, i) => value !== expected[i])).toBe(-1);
});

/** 100 × 100 pixels, each of its own colour: red is the column, green the row. */
async function numbered(): Promise<ImageBitmap> {
  const data = new Uint8ClampedArray(100 * 100 * 4).fill(255);
  for (let i = 0; i < 100 * 100; i++) {
    data[i * 4] = i % 100;
    data[i * 4 + 1] = Math.floor(i / 100);
  }
  return createImageBitmap(new ImageData(data, 100, 100));
}

/** Columns and rows of the first and last pixel. */
function ends({ data }: { readonly data: Uint8ClampedArray | Uint8Array }): number[] {
  return [data[0], data[1], data.at(-4), data.at(-3)].map(Number);
}

test('a chosen part is read with its surroundings, a trimmed one exactly', async () => {
  // A box of 10 × 20 pixels becomes 26 × 26: 20 × 1.3.
  const region: Region = { left: 0.45, top: 0.4, width: 0.1, height: 0.2 };
  const chosen = viewedPixels(await numbered(), { turns: 0, region });
  expect([chosen.width, chosen.height, ...ends(chosen)]).toEqual([26, 26, 37, 37, 62, 62]);
  const kept = viewedPixels(await numbered(), { turns: 0, region, borders: 'kept' });
  expect(ends(kept)).toEqual(ends(chosen));
  const trimmed = viewedPixels(await numbered(), { turns: 0, region, borders: 'trimmed' });
  expect([trimmed.width, trimmed.height, ...ends(trimmed)]).toEqual([10, 20, 45, 40, 54, 59]);
});

test('a chosen part of a rotated photo', async () => {
  // Rotated clockwise, the first column is the first row: the part comes from the lower left of the upright photo.
  const region: Region = { left: 0, top: 0, width: 0.2, height: 0.2 };
  const turned = viewedPixels(await numbered(), { turns: 1, region });
  expect([turned.width, turned.height, ...ends(turned)]).toEqual([26, 26, 0, 99, 25, 74]);
});
