/**
 * Borders that video apps fill with an enlarged, blurred copy of the picture: smooth bands of about equal width on two
 * opposite sides, divided from the picture by a straight line across the whole width.
 */
import type { RgbaImage } from '../pixels.ts';
import { turnPixels } from '../view.ts';
import { stepBelow } from './lines.ts';
import { MOST } from './uniform-border.ts';

/** Levels between neighbouring pixels that make a step. */
const STEP = 6;
/** The share of a row that must be steps for a line between border and picture. */
const LINE = 0.75;
/** The most steps in the rows of a border: on average, and in the four rows next to the line. */
const SMOOTH = 0.2;
const NEXT_ROWS = 4;
/** The bands may differ in width by this share of the side. */
const UNEQUAL = 0.04;
const LEAST_ROWS = 3;

/** How many rows at the top, and at the bottom, are such a border; null if they are none. */
export function blurredBands(image: RgbaImage): readonly [top: number, bottom: number] | null {
  const top = bandAtTop(image);
  if (top === null) return null;
  const bottom = bandAtTop(turnPixels(image, 2));
  if (bottom === null || Math.abs(top - bottom) > UNEQUAL * image.height) return null;
  return [top, bottom];
}

function bandAtTop(image: RgbaImage): number | null {
  const most = Math.floor(image.height * MOST);
  const steps: number[] = [];
  let sum = 0;
  for (let y = 0; y < most; y++) {
    const share = stepsBelow(image, y);
    const next = steps.slice(-NEXT_ROWS);
    // The copy may blend both sides of the line in one row, so the line may be spread over two steps.
    const isLine = share >= LINE && y >= LEAST_ROWS && mean(next) <= SMOOTH && sum / y <= SMOOTH;
    if (isLine) return y + 1;
    steps.push(share);
    sum += share;
  }
  return null;
}

/** The share of a row that differs from the row below. */
function stepsBelow(image: RgbaImage, y: number): number {
  let count = 0;
  for (let x = 0; x < image.width; x++) {
    if (stepBelow(image, x, y) > STEP) count++;
  }
  return count / image.width;
}

function mean(list: readonly number[]): number {
  return list.reduce((sum, value) => sum + value, 0) / list.length;
}
