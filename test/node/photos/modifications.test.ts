/** The modifications of `soutu eval --robust` do what their names say: pixels are checked. */
import { expect, test } from 'vitest';
import type { RgbaImage } from '../../../src/core/image/pixels.ts';
import { trimFrame } from '../../../src/core/image/trim.ts';
import { MODIFICATIONS, reducedTo } from '../../../src/node/photos/modifications.ts';
import { scene } from '../../support/photos.ts';

const WIDTH = 320;
const HEIGHT = 240;

const photo = await pixels();

async function pixels(): Promise<RgbaImage> {
  const { data } = await scene(11, WIDTH, HEIGHT)
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: WIDTH, height: HEIGHT, data };
}

async function modified(name: string): Promise<RgbaImage> {
  const found = MODIFICATIONS.find((one) => one.name === name);
  if (!found) throw new Error(`No modification is called ${name}.`);
  return found.apply(photo);
}

const rgb = ({ data, width }: RgbaImage, x: number, y: number): number[] => [
  ...data.slice((y * width + x) * 4, (y * width + x) * 4 + 3),
];

/** Of corresponding pixels, on a grid. */
function meanDifference(
  a: RgbaImage,
  at: (x: number, y: number) => readonly [number, number],
): number {
  let sum = 0;
  let count = 0;
  for (let y = 5; y < HEIGHT - 5; y += 9) {
    for (let x = 5; x < WIDTH - 5; x += 9) {
      const [ax, ay] = at(x, y);
      if (ax < 0 || ay < 0 || ax >= a.width || ay >= a.height) continue;
      const there = rgb(a, ax, ay);
      rgb(photo, x, y).forEach((level, c) => {
        sum += Math.abs(level - (there[c] as number));
        count++;
      });
    }
  }
  return sum / count;
}

const meanOf = ({ data }: RgbaImage, channel: number) => {
  let sum = 0;
  for (let i = channel; i < data.length; i += 4) sum += data[i] as number;
  return sum / (data.length / 4);
};

test('every name is unique, and every result is RGBA of its stated size, the same again', async () => {
  expect(new Set(MODIFICATIONS.map(({ name }) => name)).size).toBe(19);
  for (const { name, apply } of MODIFICATIONS) {
    const { width, height, data } = await apply(photo);
    expect(data.length, name).toBe(width * height * 4);
    expect(Buffer.from((await apply(photo)).data).equals(Buffer.from(data)), name).toBe(true);
  }
});

test.each([
  ['border-black', 0],
  ['border-white', 255],
])('%s: 15 %% on each side, the photo inside is unchanged', async (name, level) => {
  const result = await modified(name);
  expect([result.width, result.height]).toEqual([WIDTH + 96, HEIGHT + 72]);
  for (const [x, y] of [
    [0, 0],
    [47, 100],
    [WIDTH + 95, HEIGHT + 71],
    [100, 35],
  ] as const) {
    expect(rgb(result, x, y)).toEqual([level, level, level]);
  }
  expect(meanDifference(result, (x, y) => [x + 48, y + 36])).toBe(0);
});

test('border-unequal: left 20 %, right 6 %, bottom 12 %, top none', async () => {
  const result = await modified('border-unequal');
  expect([result.width, result.height]).toEqual([WIDTH + 64 + 19, HEIGHT + 29]);
  expect(rgb(result, 63, 0)).toEqual([24, 24, 28]);
  expect(meanDifference(result, (x, y) => [x + 64, y])).toBe(0);
});

test('border-blurred: bands above and below a wide photo, smooth and not of one colour', async () => {
  const result = await modified('border-blurred');
  expect([result.width, result.height]).toEqual([WIDTH, HEIGHT * 1.6]);
  expect(meanDifference(result, (x, y) => [x, y + 72])).toBe(0);
  let steps = 0;
  const levels = new Set<number>();
  for (let x = 0; x + 1 < WIDTH; x++) {
    const [a, b] = [rgb(result, x, 20), rgb(result, x + 1, 20)];
    levels.add(a[0] as number);
    steps = Math.max(steps, ...a.map((level, c) => Math.abs(level - (b[c] as number))));
  }
  expect(steps).toBeLessThanOrEqual(8);
  expect(levels.size).toBeGreaterThan(5);
});

test('screenshot: a high page with the photo across it', async () => {
  const result = await modified('screenshot');
  expect([result.width, result.height]).toEqual([540, 1170]);
  expect(rgb(result, 5, 5)).toEqual([255, 255, 255]);
  expect(rgb(result, 270, 140 + 200)).not.toEqual([255, 255, 255]);
  const frame = trimFrame(result);
  expect(Math.abs((frame?.top ?? 0) - 140 / 1170)).toBeLessThan(0.01);
  expect(Math.abs((frame?.height ?? 0) - 405 / 1170)).toBeLessThan(0.015);
});

test.each([
  ['crop-fifth', 0.8],
  ['crop-half', 0.5],
])('%s: the centre, %d of the area', async (name, part) => {
  const result = await modified(name);
  expect((result.width * result.height) / (WIDTH * HEIGHT)).toBeCloseTo(part, 2);
  const left = (WIDTH - result.width) >> 1;
  const top = (HEIGHT - result.height) >> 1;
  expect(meanDifference(result, (x, y) => [x - left, y - top])).toBe(0);
});

test('mirrored and quarter-turn: the same pixels elsewhere', async () => {
  const mirrored = await modified('mirrored');
  expect(meanDifference(mirrored, (x, y) => [WIDTH - 1 - x, y])).toBe(0);
  const turned = await modified('quarter-turn');
  expect([turned.width, turned.height]).toEqual([HEIGHT, WIDTH]);
  expect(meanDifference(turned, (x, y) => [HEIGHT - 1 - y, x])).toBe(0);
});

test.each([
  ['tilt-left', -5],
  ['tilt-right', 5],
  ['tilt-15', 15],
])('%s: around the centre by %d°, without empty corners', async (name, degrees) => {
  const result = await modified(name);
  expect([result.width, result.height]).toEqual([WIDTH, HEIGHT]);
  const angle = (degrees * Math.PI) / 180;
  const rotated = (by: number) => (x: number, y: number) => {
    const [dx, dy] = [x - WIDTH / 2, y - HEIGHT / 2];
    return [
      Math.round(WIDTH / 2 + dx * Math.cos(by) - dy * Math.sin(by)),
      Math.round(HEIGHT / 2 + dx * Math.sin(by) + dy * Math.cos(by)),
    ] as const;
  };
  const right = meanDifference(result, rotated(angle));
  expect(right).toBeLessThan(8);
  expect(right).toBeLessThan(meanDifference(result, rotated(-angle)) / 2);
  for (const [x, y] of [
    [0, 0],
    [WIDTH - 1, 0],
    [0, HEIGHT - 1],
    [WIDTH - 1, HEIGHT - 1],
  ] as const) {
    expect(result.data[(y * WIDTH + x) * 4 + 3]).toBe(255);
    expect(rgb(result, x, y)).not.toEqual([0, 0, 0]);
  }
});

test('light: each channel by its factor, up to 255', async () => {
  const factors = { dark: [0.6, 0.6, 0.6], bright: [1.4, 1.4, 1.4], warm: [1.15, 1, 0.75] };
  for (const [name, factor] of Object.entries(factors)) {
    const result = await modified(name);
    for (const [x, y] of [
      [10, 10],
      [160, 120],
      [300, 200],
    ] as const) {
      rgb(photo, x, y).forEach((level, c) => {
        const expected = Math.min(255, level * (factor[c] as number));
        expect(Math.abs((rgb(result, x, y)[c] as number) - expected)).toBeLessThanOrEqual(1);
      });
    }
  }
});

test('grey: the luma in all channels', async () => {
  const result = await modified('grey');
  const [r = 0, g = 0, b = 0] = rgb(photo, 160, 120);
  const luma = 0.299 * r + 0.587 * g + 0.114 * b;
  const grey = rgb(result, 160, 120);
  for (const level of grey) expect(Math.abs(level - luma)).toBeLessThanOrEqual(1);
});

test('blurred: the same mean, softer edges', async () => {
  const result = await modified('blurred');
  expect(Math.abs(meanOf(result, 0) - meanOf(photo, 0))).toBeLessThan(3);
  expect(roughness(result)).toBeLessThan(roughness(photo) * 0.6);
});

function roughness(image: RgbaImage): number {
  let most = 0;
  for (let y = 1; y < image.height; y += 3) {
    for (let x = 0; x + 1 < image.width; x++) {
      const [a, b] = [rgb(image, x, y), rgb(image, x + 1, y)];
      most += Math.abs((a[0] as number) - (b[0] as number)) ** 2;
    }
  }
  return most;
}

test('thumbnail: 64 pixels on the longer side; nothing is enlarged', async () => {
  const result = await modified('thumbnail');
  expect([result.width, result.height]).toEqual([64, 48]);
  expect(await reducedTo(result, 640)).toMatchObject({ width: 64, height: 48 });
});

test('jpeg-40: a little different everywhere, much nowhere', async () => {
  const difference = meanDifference(await modified('jpeg-40'), (x, y) => [x, y]);
  expect(difference).toBeGreaterThan(0.2);
  expect(difference).toBeLessThan(8);
});
