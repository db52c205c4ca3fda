import type { Random } from '../random.ts';
import type { Sweep } from '../solid.ts';
import { type Knot, smoothLine } from '../spline.ts';
import { type Kind, wallRadiusAt } from '../turn.ts';

export const mug: Kind = {
  name: 'mug',
  wall: [0.05, 0.026],
  foot: [0, 0],
  decorated: 'outside',
  elevation: [14, 34],
  price: [22, 46],
  stick: (line, random) => [handle(line, random)],
  forms: [
    {
      name: 'straight mug',
      height: [0.95, 1.1],
      width: [0.85, 0.95],
      outline: [
        [0.93, 0],
        [0.98, 0.07],
        [0.97, 0.5],
        [0.97, 1],
      ],
    },
    {
      name: 'barrel mug',
      height: [0.95, 1.1],
      width: [0.95, 1.08],
      outline: [
        [0.7, 0],
        [0.86, 0.12],
        [0.99, 0.48],
        [0.9, 0.84],
        [0.83, 1],
      ],
    },
    {
      name: 'belly mug',
      height: [0.9, 1.02],
      width: [1.02, 1.15],
      outline: [
        [0.66, 0],
        [0.92, 0.14],
        [0.97, 0.34],
        [0.8, 0.64],
        [0.76, 0.85],
        [0.83, 1],
      ],
    },
    {
      name: 'tulip mug',
      height: [0.98, 1.12],
      width: [0.95, 1.05],
      outline: [
        [0.55, 0],
        [0.72, 0.1],
        [0.8, 0.36],
        [0.8, 0.66],
        [0.88, 0.86],
        [1, 1],
      ],
    },
    {
      name: 'cone mug',
      height: [0.98, 1.15],
      width: [0.95, 1.05],
      outline: [
        [0.98, 0],
        [0.98, 0.06],
        [0.86, 0.45],
        [0.74, 0.85],
        [0.72, 1],
      ],
    },
    {
      name: 'breakfast cup',
      height: [0.72, 0.82],
      width: [1.15, 1.3],
      outline: [
        [0.5, 0],
        [0.8, 0.16],
        [0.93, 0.48],
        [0.97, 0.82],
        [1, 1],
      ],
    },
  ],
};

/** How far a handle reaches out at shares of its height, from its upper root to its lower. */
const HANDLES: readonly (readonly (readonly [reach: number, down: number])[])[] = [
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

function handle(line: readonly Knot[], random: Random): Sweep {
  const lip = (line.at(-1) as Knot)[1];
  const upper = lip * random.between(0.8, 0.86);
  const lower = lip * random.between(0.2, 0.32);
  const reach = (upper - lower) * random.between(0.52, 0.66);
  const half = random.between(0.045, 0.058);
  const knots = random.pick(HANDLES).map(([out, down], i, all): Knot => {
    const y = upper + (lower - upper) * down;
    const root = wallRadiusAt(line, Math.min(upper, Math.max(lower, y)));
    const start = wallRadiusAt(line, upper);
    const end = wallRadiusAt(line, lower);
    // The round ends stop short of the inner skin: none shows inside the mug.
    const base = i === 0 || i === all.length - 1 ? root + half : start + (end - start) * down;
    return [base + reach * out, y, half * (i === 0 ? 1.15 : 1)];
  });
  return { line: smoothLine(knots), depth: half * random.between(1.5, 1.9) };
}
