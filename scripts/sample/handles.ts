import type { Random } from './random.ts';
import { type Knot, smoothLine } from './spline.ts';
import type { Sweep } from './sweep.ts';
import { type Range, wallRadiusAt } from './turn.ts';

/** How far a handle reaches out at fractions of its height, from its upper root to its lower one. */
const SHAPES: readonly (readonly (readonly [reach: number, down: number])[])[] = [
  // An ear, pulled: high and falling.
  [
    [0, 0],
    [0.55, -0.06],
    [1, 0.22],
    [0.86, 0.62],
    [0.36, 0.92],
    [0, 1],
  ],
  // A round ring.
  [
    [0, 0],
    [0.52, -0.02],
    [0.96, 0.26],
    [0.96, 0.74],
    [0.52, 1.02],
    [0, 1],
  ],
  // A square one, folded from a slab.
  [
    [0, 0],
    [0.74, -0.02],
    [0.96, 0.1],
    [0.98, 0.5],
    [0.92, 0.9],
    [0.7, 1.01],
    [0, 1],
  ],
];

export interface HandleSize {
  /** Position of its roots, as fractions of the height of the lip. */
  readonly upper: Range;
  readonly lower: Range;
  /** How far it stands out, as a fraction of the distance between its roots. */
  readonly reach: Range;
  /** Half its thickness in decimetres; default: that of a mug's handle. */
  readonly half?: Range;
}

/** A handle at the right of a wall. */
export function drawHandle(line: readonly Knot[], size: HandleSize, random: Random): Sweep {
  const lip = (line.at(-1) as Knot)[1];
  const upper = lip * random.between(...size.upper);
  const lower = lip * random.between(...size.lower);
  const reach = (upper - lower) * random.between(...size.reach);
  const half = random.between(...(size.half ?? [0.045, 0.058]));
  const knots = random.pick(SHAPES).map(([out, down], i, all): Knot => {
    const y = upper + (lower - upper) * down;
    const root = wallRadiusAt(line, Math.min(upper, Math.max(lower, y)));
    const start = wallRadiusAt(line, upper);
    const end = wallRadiusAt(line, lower);
    // The round ends stop short of the inner skin, so that they are not visible inside the pot.
    const base = i === 0 || i === all.length - 1 ? root + half : start + (end - start) * down;
    return [base + reach * out, y, half * (i === 0 ? 1.15 : 1)];
  });
  return { line: smoothLine(knots), depth: half * random.between(1.5, 1.9) };
}
