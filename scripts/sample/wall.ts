import { Grid } from './grid.ts';
import type { Knot } from './spline.ts';

/**
 * The half section of a thrown pot, (r, y) in decimetres. A wall is a line with a thickness, which makes the pot
 * hollow and its lip round:
 *
 *     y        lip
 *     │        ╭╮
 *     │   side ││ side
 *     │    −1  ││  +1          `along`: 0 at the middle of the floor, grows to the lip
 *     │        ╰╮╲
 *     │ floor   ╲ ╲
 *     ├──────────╯ │           everything below y = 0 is cut off: the pot stands flat
 *     ╰──────────┬─╯──▶ r
 */
export interface Wall {
  /** Signed distance to the clay, negative inside it. */
  readonly distance: Grid;
  /** Length of wall from the middle of the floor to the nearest point. */
  readonly along: Grid;
  /** −1 the inner skin … +1 the outer skin. */
  readonly side: Grid;
  /** Signed distance to the middle of the wall: negative in the hollow, positive around the pot. */
  readonly hollow: Grid;
  /** Length of the whole line, and of the part that is floor. */
  readonly length: number;
  readonly floorLength: number;
  readonly radius: number;
  readonly height: number;
  /** Radius of the opening. */
  readonly mouth: number;
}

export interface Section {
  /** From the middle of the floor out and up to the lip. */
  readonly line: readonly Knot[];
  /** Number of points at the start of the line that belong to the floor. */
  readonly floorPoints: number;
  /** Further lines, melted on: a foot ring, a knob. */
  readonly extra: readonly (readonly Knot[])[];
}

const CELLS = 210;
const MELT = 0.03;

/** Distance to a line of varying thickness, and the position of the nearest point on it. */
export function nearest(line: readonly Knot[], x: number, y: number, out: Nearest): void {
  out.distance = Number.POSITIVE_INFINITY;
  let run = 0;
  for (let i = 0; i + 1 < line.length; i++) {
    const a = line[i] as Knot;
    const b = line[i + 1] as Knot;
    const ex = b[0] - a[0];
    const ey = b[1] - a[1];
    const squared = ex * ex + ey * ey || 1e-12;
    const length = Math.sqrt(squared);
    let t = ((x - a[0]) * ex + (y - a[1]) * ey) / squared;
    t = t < 0 ? 0 : Math.min(t, 1);
    const px = x - a[0] - ex * t;
    const py = y - a[1] - ey * t;
    const half = a[2] + (b[2] - a[2]) * t;
    const centre = Math.sqrt(px * px + py * py);
    if (centre - half < out.distance) {
      out.distance = centre - half;
      out.centre = centre;
      out.along = run + length * t;
      // The outer side is to the right of the line's direction, which is outwards and then up.
      out.side = (px * ey - py * ex) / (length * half);
      out.isEnd = t === 1 && i + 2 === line.length;
    }
    run += length;
  }
}

export interface Nearest {
  distance: number;
  centre: number;
  along: number;
  side: number;
  /** Whether the line's last point is the nearest one. */
  isEnd: boolean;
}

export const newNearest = (): Nearest => ({
  distance: 0,
  centre: 0,
  along: 0,
  side: 0,
  isEnd: false,
});

export function lengthOf(line: readonly Knot[]): number {
  let sum = 0;
  line.forEach((b, i) => {
    const a = line[i - 1];
    if (a) sum += Math.hypot(b[0] - a[0], b[1] - a[1]);
  });
  return sum;
}

/** Two solids with a fillet of clay where they meet (Quilez' polynomial smooth minimum). */
export function melt(a: number, b: number, k: number): number {
  const h = Math.max(0, k - Math.abs(a - b)) / k;
  return Math.min(a, b) - h * h * k * 0.25;
}

export function bakeWall({ line, floorPoints, extra }: Section): Wall {
  const all = [line, ...extra].flat();
  const radius = Math.max(...all.map(([r, , half]) => r + half));
  const height = Math.max(...all.map(([, y, half]) => y + half));
  const cell = Math.max(radius * 2, height) / CELLS;
  const pad = 8 * cell;
  const distance = new Grid(-pad, -pad, radius + 2 * pad, height + 2 * pad, cell);
  const along = distance.twin();
  const side = distance.twin();
  const hollow = distance.twin();
  const [mouth] = line.at(-1) as Knot;
  const here = newNearest();
  for (let row = 0; row < distance.rows; row++) {
    for (let column = 0; column < distance.columns; column++) {
      const r = distance.left + column * cell;
      const y = distance.bottom + row * cell;
      const i = row * distance.columns + column;
      nearest(line, r, y, here);
      along.values[i] = here.along;
      side.values[i] = Math.min(1.5, Math.max(-1.5, here.side));
      // Above the lip, there is no wall: the hollow continues straight up.
      const isHollow = here.isEnd ? r < mouth : here.side < 0;
      hollow.values[i] = isHollow ? -here.centre : here.centre;
      let d = here.distance;
      for (const more of extra) {
        nearest(more, r, y, here);
        d = melt(d, here.distance, MELT);
      }
      distance.values[i] = Math.max(d, -y);
    }
  }
  const floorLength = lengthOf(line.slice(0, floorPoints));
  return {
    distance,
    along,
    side,
    hollow,
    length: lengthOf(line),
    floorLength,
    radius,
    height,
    mouth,
  };
}

/** Signed distance to lines turned around the axis and melted together: a lid, a stopper. */
export function bakeTurned(lines: readonly (readonly Knot[])[], cell: number): Grid {
  const all = lines.flat();
  const pad = 8 * cell;
  const right = Math.max(...all.map(([r, , half]) => r + half));
  const low = Math.min(...all.map(([, y, half]) => y - half));
  const high = Math.max(...all.map(([, y, half]) => y + half));
  const grid = new Grid(-pad, low - pad, right + 2 * pad, high - low + 2 * pad, cell);
  const here = newNearest();
  grid.values.forEach((_, i) => {
    const r = grid.left + (i % grid.columns) * cell;
    const y = grid.bottom + Math.floor(i / grid.columns) * cell;
    grid.values[i] = lines.reduce((d, line) => {
      nearest(line, r, y, here);
      return d === Number.POSITIVE_INFINITY ? here.distance : melt(d, here.distance, MELT);
    }, Number.POSITIVE_INFINITY);
  });
  return grid;
}
