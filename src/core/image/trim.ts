/**
 * Finds the photo inside borders and screenshots, so that both sides of a search compare photos and not what is
 * around them. Runs on a reduced copy, in whole numbers: the same pixels give the same frame in Node and in browsers.
 */
import type { RgbaImage } from './pixels.ts';
import { blurredBands } from './trim/blurred-border.ts';
import { pictureRows } from './trim/picture-in-page.ts';
import { smallCopy } from './trim/small-copy.ts';
import { SIDES, uniformCuts } from './trim/uniform-border.ts';
import { type QuarterTurns, type Region, regionInPixels, turnPixels, turnRegion } from './view.ts';

/** A frame with a larger share of the photo is not worth telling anybody. */
const WHOLE = 0.97;
/** A smaller frame, as a share of the photo, is more likely a mistake. */
const LEAST = 0.06;
/** Enough for borders within borders. */
const ROUNDS = 3;

/** A part of the small copy, in pixels. */
interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The part of a photo without borders of one colour, blurred borders, and the page around a picture in a phone
 * screenshot.
 * @returns in fractions of the photo; null if there is nothing to cut away
 */
export function trimFrame(photo: RgbaImage): Region | null {
  const copy = smallCopy(photo);
  let box: Box = { x: 0, y: 0, width: copy.width, height: copy.height };
  for (let round = 0; round < ROUNDS; round++) {
    const next = trimOnce(copy, box);
    if (next === box) break;
    box = next;
  }
  const share = (box.width * box.height) / (copy.width * copy.height);
  if (share > WHOLE || share < LEAST) return null;
  return {
    left: box.x / copy.width,
    top: box.y / copy.height,
    width: box.width / copy.width,
    height: box.height / copy.height,
  };
}

/** The pixels of a region, without resampling. */
export function cropPixels(image: RgbaImage, region: Region): RgbaImage {
  return cut(image, regionInPixels(region, image.width, image.height));
}

function trimOnce(copy: RgbaImage, box: Box): Box {
  let trimmed = box;
  const border = uniformCuts(cut(copy, box));
  for (const side of SIDES) trimmed = shorten(trimmed, side, border[side]);
  const page = pictureRows(cut(copy, trimmed));
  if (page) {
    const below = trimmed.height - page.bottom;
    trimmed = shorten(shorten(trimmed, 2, below), 0, page.top);
  }
  for (const turns of [0, 1] as const) {
    const bands = blurredBands(turnPixels(cut(copy, trimmed), turns));
    if (!bands) continue;
    trimmed = shorten(trimmed, turns, bands[0]);
    trimmed = shorten(trimmed, (turns + 2) as QuarterTurns, bands[1]);
  }
  return trimmed;
}

/**
 * Cuts rows off the side that is the upper one after rotation, and one row more, in which the copy may blend both
 * sides of the edge.
 */
function shorten(box: Box, turns: QuarterTurns, rows: number): Box {
  if (rows === 0) return box;
  const part = (rows + 1) / (turns % 2 === 0 ? box.height : box.width);
  const kept = turnRegion(
    { left: 0, top: part, width: 1, height: 1 - part },
    ((4 - turns) % 4) as QuarterTurns,
  );
  return {
    x: box.x + Math.round(kept.left * box.width),
    y: box.y + Math.round(kept.top * box.height),
    width: Math.max(1, Math.round(kept.width * box.width)),
    height: Math.max(1, Math.round(kept.height * box.height)),
  };
}

function cut({ width, data }: RgbaImage, box: Box): RgbaImage {
  const out = new Uint8ClampedArray(box.width * box.height * 4);
  for (let y = 0; y < box.height; y++) {
    const from = ((box.y + y) * width + box.x) * 4;
    out.set(data.subarray(from, from + box.width * 4), y * box.width * 4);
  }
  return { width: box.width, height: box.height, data: out };
}
