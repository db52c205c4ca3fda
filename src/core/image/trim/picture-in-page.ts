/**
 * The picture in a phone screenshot. The page around it has one colour, exact to the last level, with text and
 * buttons on it:
 *
 *     ┌──────────────┐
 *     │ 9:41     ▂▄▆ │   most of the row has the page's colour
 *     │ ← title      │
 *     │▓▓▓▓▓▓▓▓▓▓▓▓▓▓│
 *     │▓▓ picture ▓▓▓│   most of the row has other colours: the longest such run of rows
 *     │▓▓▓▓▓▓▓▓▓▓▓▓▓▓│
 *     │ text text    │
 *     └──────────────┘
 *
 * The run counts as a picture only if it begins and ends in a straight line; the outline of a product on white does
 * not.
 */
import type { RgbaImage } from '../pixels.ts';
import { type Colour, medianColour, shareOf } from './lines.ts';

/** The share of the whole that must have exactly the page's colour: photographed paper has noise. */
const PAGE = 0.15;
/** The difference in levels that counts as the page's colour in a row. */
const SAME = 3;
/** A row with a smaller share of the page's colour belongs to a picture. */
const PICTURE_ROW = 0.5;
/** The row next to the picture is nearly empty, and the picture's first row is nearly full. */
const EMPTY = 0.9;
const FULL = 0.4;
/** The least height of the picture, as a share of the whole. */
const LEAST = 0.12;

export interface Rows {
  readonly top: number;
  /** The first row below the picture. */
  readonly bottom: number;
}

/** Null if this is no screenshot of that kind. */
export function pictureRows(image: RgbaImage): Rows | null {
  const page = pageColour(image);
  if (!page) return null;
  const shares = Array.from({ length: image.height }, (_, y) => shareOf(image, y, page, SAME));
  const { top, bottom } = longestRun(shares);
  if (bottom - top < LEAST * image.height) return null;
  return isEdge(shares, top, -1) && isEdge(shares, bottom - 1, 1) ? { top, bottom } : null;
}

/** The colour that most rows have, if enough of the picture has it. */
function pageColour(image: RgbaImage): Colour | null {
  const rowsOf = new Map<number, number>();
  for (let y = 0; y < image.height; y++) {
    const [r, g, b] = medianColour(image, y);
    const colour = (r << 16) | (g << 8) | b;
    rowsOf.set(colour, (rowsOf.get(colour) ?? 0) + 1);
  }
  const [most] = [...rowsOf].reduce((most, one) => (one[1] > most[1] ? one : most));
  const page: Colour = [most >> 16, (most >> 8) & 255, most & 255];
  let sum = 0;
  for (let y = 0; y < image.height; y++) sum += shareOf(image, y, page, 0);
  return sum >= PAGE * image.height ? page : null;
}

function longestRun(shares: readonly number[]): Rows {
  let best = { top: 0, bottom: 0 };
  let top = 0;
  shares.forEach((share, y) => {
    if (share >= PICTURE_ROW) top = y + 1;
    else if (y + 1 - top > best.bottom - best.top) best = { top, bottom: y + 1 };
  });
  return best;
}

/**
 * The page must go on beyond the edge, as status bar and text do.
 * @param step towards the page: −1 up, 1 down
 */
function isEdge(shares: readonly number[], row: number, step: number): boolean {
  const outside = shares[row + step];
  const inside = shares[row - step];
  if (outside === undefined || inside === undefined) return false;
  // A row that blends page and picture may lie between them.
  const beyond = shares[row + 2 * step] ?? outside;
  return Math.max(outside, beyond) >= EMPTY && inside <= FULL;
}
