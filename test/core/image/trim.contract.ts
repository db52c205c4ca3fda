/** The frames that every JavaScript engine must find: run in Node and in Chromium, on pixels made by arithmetic. */
import { describe, expect, test } from 'vitest';
import type { RgbaImage } from '../../../src/core/image/pixels.ts';
import { cropPixels, trimFrame } from '../../../src/core/image/trim.ts';
import {
  type QuarterTurns,
  type Region,
  turnPixels,
  turnRegion,
} from '../../../src/core/image/view.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';

type Colour = readonly [number, number, number];
type Paint = (x: number, y: number) => Colour;

function painted(width: number, height: number, paint: Paint): RgbaImage {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set([...paint(x, y), 255], (y * width + x) * 4);
  }
  return { width, height, data };
}

/** A texture of coloured patches with noise, different for each seed. Costly: make it once for a photo. */
function texture(seed: number): Paint {
  const random = seededRandom(seed);
  const patches = Array.from({ length: 400 }, () => [0, 0, 0].map(() => 20 + random() * 200));
  const noise = Array.from({ length: 997 }, () => random() * 40 - 20);
  return (x, y) => {
    const patch = patches[(Math.floor(x / 23) + 31 * Math.floor(y / 19)) % 400] as number[];
    return patch.map((c) => c + (noise[(x * 7 + y * 131) % 997] as number)) as unknown as Colour;
  };
}

/** A photo of 300 × 200 with a frame around it. */
function framed(left: number, top: number, right: number, bottom: number, around: Paint) {
  const inside = texture(3);
  return painted(300 + left + right, 200 + top + bottom, (x, y) => {
    const isInside = x >= left && x < left + 300 && y >= top && y < top + 200;
    return isInside ? inside(x - left, y - top) : around(x, y);
  });
}

const plain =
  (...colour: Colour): Paint =>
  () =>
    colour;

/** Strokes with gaps, as a line of text has. */
const text: Paint = (x, y) =>
  y % 24 < 14 && x % 7 < 2 && x % 60 < 48 ? [30, 30, 30] : [255, 255, 255];

/** A smooth waviness, as of a blurred photo. */
const blurredCopy: Paint = (x, y) => [
  110 + 60 * Math.sin(x / 70),
  120 + 40 * Math.sin((x + y) / 90),
  100 + 50 * Math.sin(y / 60),
];

/** A disc of texture on white, as a product photo. */
function product(margin: number): RgbaImage {
  const side = 200 + 2 * margin;
  const inside = texture(5);
  return painted(side, side, (x, y) =>
    Math.hypot(x - side / 2, y - side / 2) <= 100 ? inside(x, y) : [255, 255, 255],
  );
}

function screenshot(page: Colour): RgbaImage {
  const inside = texture(9);
  const ink = page.map((c) => 255 - c) as unknown as Colour;
  return painted(390, 844, (x, y) => {
    if (y >= 150 && y < 440) return inside(x, y);
    const isText = y % 32 < 14 && x > 16 && x < 330 && x % 7 < 2;
    return isText && (y < 130 || y > 460) ? ink : page;
  });
}

function blackWithinWhite(): RgbaImage {
  const inside = texture(3);
  return painted(420, 320, (x, y) => {
    if (x >= 60 && x < 360 && y >= 60 && y < 260) return inside(x, y);
    return x >= 30 && x < 390 && y >= 30 && y < 290 ? [0, 0, 0] : [255, 255, 255];
  });
}

function clearSky(): RgbaImage {
  const below = texture(4);
  return painted(300, 200, (x, y) =>
    y < 80 + 20 * Math.sin(x / 30) ? [120 + y / 8, 160 + y / 8, 220] : below(x, y),
  );
}

const found: Readonly<
  Record<string, readonly [RgbaImage, left: number, top: number, right: number, bottom: number]>
> = {
  'black, equal': [framed(45, 30, 45, 30, plain(0, 0, 0)), 45, 30, 345, 230],
  'white, equal': [framed(45, 30, 45, 30, plain(255, 255, 255)), 45, 30, 345, 230],
  'above and below': [framed(0, 90, 0, 90, plain(0, 0, 0)), 0, 90, 300, 290],
  'unequal, dark grey': [framed(60, 0, 18, 24, plain(24, 24, 28)), 60, 0, 360, 200],
  'one side only': [framed(60, 0, 0, 0, plain(250, 250, 250)), 60, 0, 360, 200],
  'black within white': [blackWithinWhite(), 60, 60, 360, 260],
  'blurred copy, left and right': [framed(90, 0, 90, 0, blurredCopy), 90, 0, 390, 200],
  'blurred copy, above and below': [framed(0, 70, 0, 70, blurredCopy), 0, 70, 300, 270],
  'gradient above and below': [
    framed(0, 80, 0, 80, (_, y) => [40 + y / 4, 60 + y / 4, 90 + y / 4]),
    ...([0, 80, 300, 280] as const),
  ],
  'light screenshot': [screenshot([255, 255, 255]), 0, 150, 390, 440],
  'dark screenshot': [screenshot([18, 18, 18]), 0, 150, 390, 440],
};

const untouched: Readonly<Record<string, RgbaImage>> = {
  'a photo without border': painted(300, 200, texture(4)),
  'a product on white': product(60),
  'a product on white that fills the photo': product(4),
  'one colour': painted(120, 80, plain(200, 10, 10)),
  'a photo with a clear sky': clearSky(),
  'a page of text': painted(400, 600, text),
  'a single pixel': painted(1, 1, plain(0, 0, 0)),
  'a line of pixels': painted(500, 1, texture(2)),
  'a border of more than 45 %': framed(300, 0, 0, 0, plain(0, 0, 0)),
  'a border too thin to matter': framed(2, 0, 0, 0, plain(0, 0, 0)),
};

export function trimContract(): void {
  describe('found, to within two lines of a copy of 256 pixels', () => {
    test.each(Object.entries(found))('%s', (_, [photo, left, top, right, bottom]) => {
      const frame = trimFrame(photo);
      const { width, height } = photo;
      const hair = (2 / 256) * Math.max(width, height);
      const edges = frame && [
        frame.left * width,
        frame.top * height,
        (frame.left + frame.width) * width,
        (frame.top + frame.height) * height,
      ];
      [left, top, right, bottom].forEach((edge, i) => {
        expect(Math.abs((edges?.[i] ?? NaN) - edge)).toBeLessThanOrEqual(hair);
      });
    });
  });

  test('nothing of the border is left, so the crop is only photo', () => {
    const [photo] = Object.values(found)[0] as (typeof found)[string];
    const crop = cropPixels(photo, trimFrame(photo) as Region);
    for (let i = 0; i < crop.data.length; i += 4) {
      expect(Math.max(...crop.data.subarray(i, i + 3))).toBeGreaterThan(0);
    }
  });

  test.each(Object.entries(untouched))('left alone: %s', (_, photo) => {
    expect(trimFrame(photo)).toBeNull();
  });

  test('a rotated photo has the rotated frame', () => {
    const [photo] = Object.values(found)[3] as (typeof found)[string];
    const frame = trimFrame(photo);
    for (const turns of [1, 2, 3] as const satisfies readonly QuarterTurns[]) {
      const turned = trimFrame(turnPixels(photo, turns));
      const expected = frame && turnRegion(frame, turns);
      for (const side of ['left', 'top', 'width', 'height'] as const) {
        expect(turned?.[side]).toBeCloseTo(expected?.[side] as number, 10);
      }
    }
  });

  test('transparent pixels count as white, whatever colour they carry', () => {
    const photo = framed(45, 30, 45, 30, plain(0, 0, 0));
    const data = photo.data.slice();
    for (let i = 0; i < data.length; i += 4) {
      const x = (i / 4) % 390;
      const y = Math.floor(i / 4 / 390);
      const isInside = x >= 45 && x < 345 && y >= 30 && y < 230;
      if (!isInside) data.set([(x * 37) % 256, (y * 91) % 256, 7, 0], i);
    }
    expect(trimFrame({ ...photo, data })).toEqual(
      trimFrame(framed(45, 30, 45, 30, plain(255, 255, 255))),
    );
  });

  test('the same pixels give the same frames in every engine', () => {
    // Recorded from Node 20. A difference here would make a photo find another place in the browser than in the build.
    const frames = Object.entries(found).map(([name, [photo]]) => {
      const { left, top, width, height } = trimFrame(photo) as Region;
      return `${name}: ${[left, top, width, height].join(' ')}`;
    });
    expect(frames).toMatchInlineSnapshot(`
      [
        "black, equal: 0.12109375 0.12280701754385964 0.7578125 0.7543859649122807",
        "white, equal: 0.12109375 0.12280701754385964 0.7578125 0.7543859649122807",
        "above and below: 0 0.2421875 1 0.515625",
        "unequal, dark grey: 0.1640625 0 0.78515625 0.8881578947368421",
        "one side only: 0.171875 0 0.828125 1",
        "black within white: 0.1484375 0.19487179487179487 0.703125 0.6102564102564103",
        "blurred copy, left and right: 0.19140625 0 0.6171875 1",
        "blurred copy, above and below: 0 0.2109375 1 0.578125",
        "gradient above and below: 0 0.2265625 1 0.546875",
        "light screenshot: 0 0.1796875 1 0.33984375",
        "dark screenshot: 0 0.1796875 1 0.33984375",
      ]
    `);
  });
}
