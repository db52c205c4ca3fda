/** What is kept of a photo: small, whole, and known again. */
import { expect, test } from 'vitest';
import { smallPhoto } from '../../../src/client/recent/small-photo.ts';
import { WHOLE_PHOTO } from '../../../src/core/image/view.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';

const RED = [255, 0, 0];
const GREEN = [0, 255, 0];
const BLUE = [0, 0, 255];
const WHITE = [255, 255, 255];

/** Red and green above, blue and white below; noisy, so that it cannot be compressed away. */
async function quarters(width: number, height: number): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('No canvas.');
  for (const [i, colour] of [RED, GREEN, BLUE, WHITE].entries()) {
    context.fillStyle = `rgb(${colour.join()})`;
    context.fillRect(((i % 2) * width) / 2, ((i >> 1) * height) / 2, width / 2, height / 2);
  }
  const random = seededRandom(7);
  for (let i = 0; i < 20_000; i++) {
    context.fillStyle = `rgb(${random() * 255} ${random() * 255} ${random() * 255} / 0.06)`;
    context.fillRect(random() * width, random() * height, 5, 5);
  }
  return canvas.convertToBlob({ type: 'image/png' });
}

/** The nearest of the four colours in the middle of each quarter, by rows. */
async function coloursOf(blob: Blob) {
  const bitmap = await createImageBitmap(blob);
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d');
  if (!context) throw new Error('No canvas.');
  context.drawImage(bitmap, 0, 0);
  const at = (x: number, y: number) => {
    const pixel = context.getImageData(width * x, height * y, 1, 1).data;
    const far = (colour: number[]) => Math.hypot(...colour.map((v, i) => v - (pixel[i] ?? 0)));
    return [RED, GREEN, BLUE, WHITE].sort((a, b) => far(a) - far(b))[0];
  };
  return {
    width,
    height,
    colours: [at(0.25, 0.25), at(0.75, 0.25), at(0.25, 0.75), at(0.75, 0.75)],
  };
}

const large = await quarters(2000, 1000);

test('a large photo is reduced, whole and upright; the thumbnail is square and light', async () => {
  const { photo, thumb } = await smallPhoto(large, WHOLE_PHOTO);
  expect(await coloursOf(photo)).toEqual({
    width: 512,
    height: 256,
    colours: [RED, GREEN, BLUE, WHITE],
  });
  expect(await coloursOf(thumb)).toEqual({
    width: 96,
    height: 96,
    colours: [RED, GREEN, BLUE, WHITE],
  });
  expect(thumb.size).toBeLessThan(10_000);
  expect(photo.size).toBeLessThan(large.size / 10);
});

test('of a part, the whole keeps as many pixels as the part needs; the thumbnail shows it turned', async () => {
  // Turned a quarter: blue and red above, white and green below. Its lower right quarter is green.
  const region = { left: 0.25, top: 0.25, width: 0.5, height: 0.5 };
  const { photo, thumb } = await smallPhoto(large, { turns: 1, region });
  const { width, height, colours } = await coloursOf(photo);
  expect([width, height, colours]).toEqual([1024, 512, [RED, GREEN, BLUE, WHITE]]);
  expect((await coloursOf(thumb)).colours).toEqual([BLUE, RED, WHITE, GREEN]);
  const tiny = { left: 0.5, top: 0, width: 0.05, height: 0.05 };
  expect(
    await coloursOf((await smallPhoto(large, { turns: 0, region: tiny })).photo),
  ).toMatchObject({
    width: 1536,
    height: 768,
  });
});

test('a small photo is kept as it is', async () => {
  const response = await fetch('/public/sample/queries/vase-001.jpg');
  const blob = await response.blob();
  expect((await smallPhoto(blob, WHOLE_PHOTO)).photo).toBe(blob);
});

test('of a small photo with metadata only the pixels are kept: it may say where it was taken', async () => {
  const response = await fetch('/public/sample/queries/vase-001.jpg');
  const bytes = new Uint8Array(await response.arrayBuffer());
  for (const header of ['Exif\0\0MM\0*', 'http://ns.adobe.com/xap/1.0/\0<x/>', 'Photoshop 3.0\0']) {
    const data = new TextEncoder().encode(header);
    // A segment APP1 after the first two bytes: marker, length with its own two bytes, data.
    const segment = new Uint8Array([0xff, 0xe1, 0, data.length + 2, ...data]);
    const blob = new Blob([bytes.slice(0, 2), segment, bytes.slice(2)], { type: 'image/jpeg' });
    const { photo } = await smallPhoto(blob, WHOLE_PHOTO);
    expect(new TextDecoder('latin1').decode(await photo.arrayBuffer())).not.toContain(header);
  }
});
