import { halvesToFloats } from '../half.ts';
import type { Space } from '../vector/space.ts';
import { asStored } from './vectors.ts';

/**
 * The vectors that a flat index has for plain ones: the bits of `asStored(placed(…))`, row by row, without an array for
 * every step of every row, which takes several times as long.
 * @param plain the model's vectors in f16, rows × dimension
 */
export function placeRows(
  plain: Uint16Array,
  dimension: number,
  { centre, colour }: Space,
): Float32Array<ArrayBuffer> {
  const rows = halvesToFloats(plain);
  const cut = dimension - (colour?.numbers ?? 0);
  for (let at = 0; at < rows.length; at += dimension) {
    const end = at + dimension;
    const middle = at + cut;
    if (!colour) {
      centreInPlace(rows, at, end, centre, 0);
      continue;
    }
    const hasColours = colour.weight > 0 && hasNumbers(rows, middle, end);
    normaliseInPlace(rows, at, middle);
    centreInPlace(rows, at, middle, centre, 0);
    if (hasColours) {
      normaliseInPlace(rows, middle, end);
      centreInPlace(rows, middle, end, centre, cut);
      for (let i = middle; i < end; i++) rows[i] = (rows[i] as number) * colour.weight;
    } else rows.fill(0, middle, end);
    normaliseInPlace(rows, at, end);
  }
  return asStored(rows, dimension);
}

function hasNumbers(rows: Float32Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (rows[i] !== 0) return true;
  return false;
}

/** As `centred`. @param first of the centre's numbers that belongs to `from` */
function centreInPlace(
  rows: Float32Array,
  from: number,
  to: number,
  centre: Float32Array | null,
  first: number,
): void {
  if (centre) {
    const shift = first - from;
    for (let i = from; i < to; i++) rows[i] = (rows[i] as number) - (centre[i + shift] as number);
  }
  normaliseInPlace(rows, from, to);
}

/** As `normalised`. */
function normaliseInPlace(rows: Float32Array, from: number, to: number): void {
  let sum = 0;
  for (let i = from; i < to; i++) sum += (rows[i] as number) * (rows[i] as number);
  const length = Math.sqrt(sum);
  if (length === 0) return;
  for (let i = from; i < to; i++) rows[i] = (rows[i] as number) / length;
}
