/**
 * The view of a photo: rotated first, then cropped. Both are exact: no pixels are interpolated and nothing is
 * recompressed.
 */
import { isRecord } from '../check-record.ts';
import { describe } from '../describe.ts';
import { SoutuError } from '../errors.ts';
import type { RgbaImage } from './pixels.ts';

/** Rotations by 90° clockwise. */
export type QuarterTurns = 0 | 1 | 2 | 3;

/** A rectangle, in fractions of the picture's width and height from the upper left corner. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface PhotoView {
  readonly turns: QuarterTurns;
  /** Region of the rotated photo; null for the whole photo. */
  readonly region: Region | null;
  /**
   * Not given: a search cuts away borders, unless there is a region. `kept`: borders are searched, too. `trimmed`: the
   * region is what a search left after cutting them away.
   */
  readonly borders?: 'kept' | 'trimmed';
}

export const WHOLE_PHOTO: PhotoView = { turns: 0, region: null };

export function isWhole({ turns, region, borders }: PhotoView): boolean {
  return turns === 0 && region === null && borders !== 'kept';
}

/** Whether a search cuts away the borders of a photo. A region that the visitor chose is searched as it is. */
export function trimsBorders({ region, borders }: PhotoView): boolean {
  return region === null && borders !== 'kept';
}

/** Whether the view has a region that the visitor chose, and not one that a search left. */
export function hasChosenRegion({ region, borders }: PhotoView): boolean {
  return region !== null && borders !== 'trimmed';
}

/** The view after the visitor chose another region: from then on borders are kept, whatever a search had found. */
export function withChosenRegion({ turns, borders }: PhotoView, region: Region | null): PhotoView {
  return borders ? { turns, region, borders: 'kept' } : { turns, region };
}

/** A sum of rounded fractions may slightly exceed 1. */
const HAIR = 1e-6;

/** For what was stored by an earlier visit, perhaps by another version. */
export function isView(value: unknown): value is PhotoView {
  try {
    checkView(value);
    return true;
  } catch {
    return false;
  }
}

/** @throws SoutuError `UsageError` for anything but a view */
export function checkView(view: unknown): asserts view is PhotoView {
  if (!isRecord(view)) throw refused(`"view" must be { turns, region }, got ${describe(view)}.`);
  const { turns, region, borders } = view;
  if (borders !== undefined && borders !== 'kept' && borders !== 'trimmed') {
    throw refused(`"borders" must be "kept", "trimmed" or left out, got ${describe(borders)}.`);
  }
  if (![0, 1, 2, 3].includes(turns as number)) {
    throw refused(`"turns" must be 0, 1, 2 or 3 (times 90° clockwise), got ${describe(turns)}.`);
  }
  if (region === null || region === undefined) return;
  const { left, top, width, height } = region as Region;
  const lies = left >= 0 && top >= 0 && left + width <= 1 + HAIR && top + height <= 1 + HAIR;
  if (lies && width > 0 && height > 0) return;
  throw refused(
    `"region" must lie within the photo, in fractions from 0 to 1, got ${describe(region)}.`,
  );
}

function refused(words: string): SoutuError {
  return new SoutuError('UsageError', words);
}

/** The region of a rotated picture that shows what `region` shows before the rotation. */
export function turnRegion(region: Region, turns: QuarterTurns): Region {
  const { left, top, width, height } = region;
  const right = 1 - left - width;
  const bottom = 1 - top - height;
  switch (turns) {
    case 0:
      return region;
    case 1:
      return { left: bottom, top: left, width: height, height: width };
    case 2:
      return { left: right, top: bottom, width, height };
    case 3:
      return { left: top, top: right, width: height, height: width };
  }
}

export function addTurns(a: QuarterTurns, b: QuarterTurns): QuarterTurns {
  return ((a + b) % 4) as QuarterTurns;
}

/** The region in pixels of the unrotated photo. */
export function uprightRegion({ turns, region }: PhotoView): Region | null {
  return region && turnRegion(region, ((4 - turns) % 4) as QuarterTurns);
}

/** A region of a region, in fractions of the picture. */
export function regionWithin(outer: Region | null, inner: Region): Region {
  if (!outer) return inner;
  return {
    left: outer.left + inner.left * outer.width,
    top: outer.top + inner.top * outer.height,
    width: inner.width * outer.width,
    height: inner.height * outer.height,
  };
}

/** The nearest whole pixels, at least one each way. */
export function regionInPixels(region: Region, width: number, height: number) {
  const x = Math.min(width - 1, Math.max(0, Math.round(region.left * width)));
  const y = Math.min(height - 1, Math.max(0, Math.round(region.top * height)));
  const right = Math.min(width, Math.round((region.left + region.width) * width));
  const bottom = Math.min(height, Math.round((region.top + region.height) * height));
  return { x, y, width: Math.max(1, right - x), height: Math.max(1, bottom - y) };
}

export function turnPixels(image: RgbaImage, turns: QuarterTurns): RgbaImage {
  if (turns === 0) return image;
  const { width, height } = image;
  const pixels = width * height;
  const from = inWords(image.data);
  const to = new Uint32Array(pixels);
  // Where the first pixel comes to lie, and how far its right and lower neighbours are from it.
  const [first, right, down] = {
    1: [height - 1, height, -1] as const,
    2: [pixels - 1, -1, -width] as const,
    3: [(width - 1) * height, -height, 1] as const,
  }[turns];
  for (let y = 0; y < height; y++) {
    let at = first + y * down;
    for (let x = 0; x < width; x++, at += right) to[at] = from[y * width + x] as number;
  }
  const [newWidth, newHeight] = turns === 2 ? [width, height] : [height, width];
  return { width: newWidth, height: newHeight, data: new Uint8ClampedArray(to.buffer) };
}

/** One word per pixel. */
function inWords(data: RgbaImage['data']): Uint32Array {
  const aligned = data.byteOffset % 4 === 0 ? data : data.slice();
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length >> 2);
}
