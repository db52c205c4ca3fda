/**
 * Borders of one colour. A white background behind a product has one colour, too, but ends in the product's outline;
 * a border ends in a straight line. Only that is cut.
 */
import type { RgbaImage } from '../pixels.ts';
import { type QuarterTurns, turnPixels } from '../view.ts';
import { type Colour, difference, LEVELS, medianColour, shareOf } from './lines.ts';

/** The share of a row that must have the border's colour. */
const UNIFORM = 0.98;
/** The largest share of a side that is cut. */
export const MOST = 0.45;
/** Mean difference from the border's colour, in levels: a clear sky has more. */
const NOISE = 1.5;
/**
 * The share of the edge at which the photo must differ from the border. One side alone needs more than two sides of
 * the same colour, which are hardly ever an accident.
 */
const STRAIGHT = 0.85;
const STRAIGHT_WITH_ANOTHER = 0.5;

/** Rows to cut from each side: from the top, or from what is the top after 1, 2 or 3 quarter turns clockwise. */
export type Cuts = readonly [top: number, left: number, bottom: number, right: number];
export const SIDES = [0, 1, 2, 3] as const satisfies readonly QuarterTurns[];

interface Candidate {
  readonly image: RgbaImage;
  readonly rows: number;
  readonly colour: Colour;
}

export function uniformCuts(image: RgbaImage): Cuts {
  const candidates = SIDES.map((turns) => candidateOf(turnPixels(image, turns)));
  const edges = candidates.map((candidate, side) => {
    // Clockwise, the next side but two is on the left of the turned picture, and the next is on the right.
    const left = candidates[(side + 1) % 4]?.rows ?? 0;
    const right = candidates[(side + 3) % 4]?.rows ?? 0;
    return edgeShare(candidate, left, candidate.image.width - right);
  });
  const hasAnother = (side: number) =>
    candidates.some(
      (other, i) =>
        i !== side &&
        (edges[i] as number) >= STRAIGHT_WITH_ANOTHER &&
        isSame(other.colour, (candidates[side] as Candidate).colour),
    );
  return SIDES.map((side) => {
    const edge = edges[side] as number;
    const isBorder = edge >= STRAIGHT || (edge >= STRAIGHT_WITH_ANOTHER && hasAnother(side));
    return isBorder ? (candidates[side]?.rows ?? 0) : 0;
  }) as unknown as Cuts;
}

function candidateOf(image: RgbaImage): Candidate {
  const colour = medianColour(image, 0);
  const most = Math.floor(image.height * MOST);
  let rows = 0;
  while (rows < most && shareOf(image, rows, colour) >= UNIFORM) rows++;
  return { image, colour, rows: rows < most && isFlat(image, rows, colour) ? rows : 0 };
}

function isFlat(image: RgbaImage, rows: number, colour: Colour): boolean {
  let sum = 0;
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < image.width; x++) sum += difference(image, x, y, colour);
  }
  return sum <= NOISE * rows * image.width;
}

/** The reduced copy blends border and photo in one row, so the next one counts as well. */
function edgeShare({ image, rows, colour }: Candidate, from: number, to: number): number {
  if (rows === 0 || to <= from) return 0;
  const differing = (y: number) => {
    let count = 0;
    for (let x = from; x < to; x++) if (difference(image, x, y, colour) > LEVELS) count++;
    return count / (to - from);
  };
  return Math.max(differing(rows), differing(Math.min(rows + 1, image.height - 1)));
}

function isSame(a: Colour, b: Colour): boolean {
  return a.every((level, channel) => Math.abs(level - (b[channel] as number)) <= LEVELS);
}
