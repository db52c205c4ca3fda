/**
 * Simulates what happens to photos before visitors search with them: screenshots, borders, crops, tilts, other light, poor
 * quality. Each modification is deterministic and works on pixels, so `soutu eval --robust` gives the same figures
 * again.
 */
import sharp, { type Sharp } from 'sharp';
import type { RgbaImage } from '../../core/image/pixels.ts';

export interface Modification {
  /** Identifies it in the JSON output, as in `border-black`. */
  readonly name: string;
  /** What it does, in a few words for a table. */
  readonly words: string;
  readonly apply: (photo: RgbaImage) => Promise<RgbaImage>;
}

type Colour = readonly [red: number, green: number, blue: number];

const BLACK: Colour = [0, 0, 0];
const WHITE: Colour = [255, 255, 255];

export const MODIFICATIONS: readonly Modification[] = [
  { name: 'screenshot', words: 'in a phone screenshot', apply: screenshot },
  { name: 'border-black', words: 'black border, 15 %', apply: bordered(BLACK, 0.15) },
  { name: 'border-white', words: 'white border, 15 %', apply: bordered(WHITE, 0.15) },
  { name: 'border-blurred', words: 'border of its own blurred copy', apply: blurredBorder },
  {
    name: 'border-unequal',
    words: 'dark border, different on each side',
    apply: (photo) => extended(photo, [24, 24, 28], { left: 0.2, right: 0.06, bottom: 0.12 }),
  },
  { name: 'crop-fifth', words: 'a fifth of the area cut away', apply: cropped(0.8) },
  { name: 'crop-half', words: 'half the area cut away', apply: cropped(0.5) },
  { name: 'tilt-left', words: 'tilted 5° left', apply: tilted(-5) },
  { name: 'tilt-right', words: 'tilted 5° right', apply: tilted(5) },
  { name: 'tilt-15', words: 'tilted 15°', apply: tilted(15) },
  { name: 'quarter-turn', words: 'rotated 90°', apply: edited((photo) => photo.rotate(90)) },
  { name: 'mirrored', words: 'mirrored', apply: edited((photo) => photo.flop()) },
  { name: 'dark', words: 'darker, × 0.6', apply: scaled([0.6, 0.6, 0.6]) },
  { name: 'bright', words: 'brighter, × 1.4', apply: scaled([1.4, 1.4, 1.4]) },
  { name: 'warm', words: 'warm light', apply: scaled([1.15, 1, 0.75]) },
  { name: 'grey', words: 'without colour', apply: grey },
  { name: 'blurred', words: 'blurred, 1 % of the side', apply: blurred(0.01) },
  { name: 'thumbnail', words: '64 pixels wide or high', apply: thumbnail },
  { name: 'jpeg-40', words: 'JPEG of quality 40', apply: jpeg40 },
];

const opened = ({ data, width, height }: RgbaImage): Sharp =>
  sharp(data, { raw: { width, height, channels: 4 } });

async function pixelsOf(photo: Sharp): Promise<RgbaImage> {
  const { data, info } = await photo.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

function edited(edit: (photo: Sharp) => Sharp): Modification['apply'] {
  return (photo) => pixelsOf(edit(opened(photo)));
}

/** At most `side` pixels wide and high; never enlarged. Alpha is removed over white, as models do. */
export function reducedTo(photo: RgbaImage, side: number): Promise<RgbaImage> {
  return pixelsOf(
    opened(photo)
      .flatten({ background: '#fff' })
      .resize(side, side, { fit: 'inside', withoutEnlargement: true }),
  );
}

/** A border, in fractions of the photo's own width (left and right) and height. */
interface Border {
  readonly left?: number;
  readonly right?: number;
  readonly top?: number;
  readonly bottom?: number;
}

function extended(photo: RgbaImage, [r, g, b]: Colour, border: Border): Promise<RgbaImage> {
  const across = (part = 0) => Math.round(part * photo.width);
  const down = (part = 0) => Math.round(part * photo.height);
  return pixelsOf(
    opened(photo).extend({
      left: across(border.left),
      right: across(border.right),
      top: down(border.top),
      bottom: down(border.bottom),
      background: { r, g, b, alpha: 1 },
    }),
  );
}

function bordered(colour: Colour, part: number): Modification['apply'] {
  const border = { left: part, right: part, top: part, bottom: part };
  return (photo) => extended(photo, colour, border);
}

/**
 * Adds blurred borders, as video apps fill a screen of another shape: above and below a wide photo, left and right of a
 * high one.
 */
async function blurredBorder(photo: RgbaImage): Promise<RgbaImage> {
  const { width, height } = photo;
  const isWide = width > height;
  const size = isWide
    ? { width, height: Math.round(height * 1.6) }
    : { width: Math.round(width * 1.6), height };
  const behind = await pixelsOf(
    opened(photo)
      .resize({ ...size, fit: 'cover' })
      .blur(Math.max(width, height) * 0.04)
      .linear(0.8, 0),
  );
  return composed(behind, photo, {
    left: (size.width - width) >> 1,
    top: (size.height - height) >> 1,
  });
}

async function composed(
  behind: RgbaImage,
  { data, width, height }: RgbaImage,
  at: { left: number; top: number },
): Promise<RgbaImage> {
  const input = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return pixelsOf(
    opened(behind).composite([{ input, raw: { width, height, channels: 4 }, ...at }]),
  );
}

/** Keeps the centre; `part` of the area remains. */
function cropped(part: number): Modification['apply'] {
  return (photo) => pixelsOf(opened(photo).extract(centreOf(photo, Math.sqrt(part))));
}

function centreOf({ width, height }: RgbaImage, part: number) {
  const inner = { width: Math.round(width * part), height: Math.round(height * part) };
  return {
    ...inner,
    left: (width - inner.width) >> 1,
    top: (height - inner.height) >> 1,
  };
}

/** What a tilted camera sees beyond the photo's edges is replaced by the photo's mirror image. */
function tilted(degrees: number): Modification['apply'] {
  return async (photo) => {
    const { width, height } = photo;
    const across = width >> 1;
    const down = height >> 1;
    const wide = await pixelsOf(
      opened(photo).extend({
        left: across,
        right: across,
        top: down,
        bottom: down,
        extendWith: 'mirror',
      }),
    );
    const turned = await pixelsOf(opened(wide).rotate(degrees));
    const left = (turned.width - width) >> 1;
    const top = (turned.height - height) >> 1;
    return pixelsOf(opened(turned).extract({ left, top, width, height }));
  };
}

function scaled([r, g, b]: Colour): Modification['apply'] {
  return edited((photo) => photo.linear([r, g, b, 1], [0, 0, 0, 0]));
}

/** The weights of JPEG's luma. */
const LUMA: Colour = [0.299, 0.587, 0.114];

function grey(photo: RgbaImage): Promise<RgbaImage> {
  return pixelsOf(
    opened(photo)
      .removeAlpha()
      .recomb([[...LUMA], [...LUMA], [...LUMA]]),
  );
}

function blurred(part: number): Modification['apply'] {
  return (photo) =>
    pixelsOf(opened(photo).blur(Math.max(0.3, part * Math.max(photo.width, photo.height))));
}

const THUMBNAIL_SIDE = 64;

function thumbnail(photo: RgbaImage): Promise<RgbaImage> {
  return reducedTo(photo, THUMBNAIL_SIDE);
}

async function jpeg40(photo: RgbaImage): Promise<RgbaImage> {
  return pixelsOf(sharp(await opened(photo).removeAlpha().jpeg({ quality: 40 }).toBuffer()));
}

const SCREEN = { width: 540, height: 1170 };
const INK = '#222';

/** Status bar, title, the photo across the screen, lines of text, buttons. */
async function screenshot(photo: RgbaImage): Promise<RgbaImage> {
  const top = 140;
  const room = SCREEN.height - top - 240;
  const fitted = await pixelsOf(
    opened(photo).resize({ width: SCREEN.width, height: room, fit: 'inside' }),
  );
  const left = (SCREEN.width - fitted.width) >> 1;
  const below = top + fitted.height + 24;
  const bars = [
    words(24, 16, 60, 14),
    rectangle(440, 16, 76, 14, INK),
    words(60, 72, 220, 22),
    rectangle(20, 70, 24, 24, INK),
    ...[0, 1, 2].map((line) => words(20, below + line * 30, line === 2 ? 240 : 480, 14)),
    rectangle(20, below + 100, 500, 56, '#06c'),
    ...[0, 1, 2, 3].map((icon) => rectangle(60 + icon * 125, SCREEN.height - 52, 28, 28, '#888')),
  ];
  const { width, height } = SCREEN;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
    `<rect width="${width}" height="${height}" fill="#fff"/>${bars.join('')}</svg>`;
  return composed(await pixelsOf(sharp(Buffer.from(svg))), fitted, { left, top });
}

function rectangle(x: number, y: number, width: number, height: number, fill: string): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${fill}"/>`;
}

/** A line of text without fonts, which differ between machines: upright strokes with gaps between words. */
function words(left: number, top: number, width: number, height: number): string {
  const strokes: string[] = [];
  const step = height * 0.4;
  for (let i = 0; i * step < width; i++) {
    if (i % 7 === 6) continue;
    const low = i % 3 === 0 ? 0 : height * 0.3;
    strokes.push(rectangle(left + i * step, top + low, height * 0.2, height - low, INK));
  }
  return strokes.join('');
}
