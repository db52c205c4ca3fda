import { Grid } from './grid.ts';
import type { Knot } from './spline.ts';
import { melt, nearest, newNearest, type Wall } from './wall.ts';

/**
 * A strip of clay that follows a line in the plane through the pot's axis (a handle, a spout): `half` of
 * the knots is half its thickness in that plane, `depth` half its width across the plane.
 */
export interface Sweep {
  readonly line: readonly Knot[];
  readonly depth: number;
}

/** What one photo is taken of: a wall turned around the y axis and what is stuck to it. */
export class Solid {
  readonly wall: Wall;
  readonly radius: number;
  readonly height: number;
  /** The box around all of it. */
  readonly box: { readonly left: number; readonly right: number; readonly deep: number };
  readonly #sweeps: readonly BakedSweep[];

  constructor(wall: Wall, sweeps: readonly Sweep[] = []) {
    this.wall = wall;
    this.#sweeps = sweeps.map((sweep) => new BakedSweep(sweep));
    const ends = this.#sweeps.flatMap((sweep) => sweep.ends);
    this.radius = wall.radius;
    this.height = Math.max(wall.height, ...this.#sweeps.map((sweep) => sweep.top));
    this.box = {
      left: Math.min(-wall.radius, ...ends),
      right: Math.max(wall.radius, ...ends),
      deep: wall.radius,
    };
  }

  /** Signed distance to the clay; never more than the true one by more than a table's cell. */
  distance(x: number, y: number, z: number): number {
    let d = this.wall.distance.distanceAt(Math.sqrt(x * x + z * z), y);
    for (const sweep of this.#sweeps) {
      d = melt(d, sweep.distance(x, y, z), 0.06);
    }
    return d;
  }

  /**
   * The same for a ray to a light, which sees a pot's thin wall as endlessly thick: from outside as if the
   * pot were full to the lip, from inside as if it were sunk into the ground. The hard shade is the same,
   * and how deep a ray goes into the dark says how dark the soft shade is.
   */
  shadeDistance(x: number, y: number, z: number, fromInside: boolean): number {
    const r = Math.sqrt(x * x + z * z);
    const f = this.wall.hollow.distanceAt(r, y);
    const filled = Math.max(fromInside ? -f : f, y - this.wall.height);
    return Math.min(this.distance(x, y, z), filled);
  }

  /** Is this point of the skin part of something stuck on rather than of the wall? */
  isStuckOn(x: number, y: number, z: number): boolean {
    const wall = this.wall.distance.distanceAt(Math.sqrt(x * x + z * z), y);
    for (const sweep of this.#sweeps) if (sweep.distance(x, y, z) < wall) return true;
    return false;
  }
}

class BakedSweep {
  readonly ends: readonly [number, number];
  readonly top: number;
  readonly #centre: Grid;
  readonly #half: Grid;
  readonly #depth: number;

  constructor({ line, depth }: Sweep) {
    const thick = Math.max(depth, ...line.map((knot) => knot[2]));
    const left = Math.min(...line.map((knot) => knot[0])) - thick;
    const right = Math.max(...line.map((knot) => knot[0])) + thick;
    const bottom = Math.min(...line.map((knot) => knot[1])) - thick;
    this.top = Math.max(...line.map((knot) => knot[1])) + thick;
    this.ends = [left, right];
    this.#depth = depth;
    const cell = Math.max(right - left, this.top - bottom) / 110;
    const pad = 6 * cell;
    this.#centre = new Grid(
      left - pad,
      bottom - pad,
      right - left + 2 * pad,
      this.top - bottom + 2 * pad,
      cell,
    );
    this.#half = this.#centre.twin();
    const here = newNearest();
    for (let row = 0; row < this.#centre.rows; row++) {
      for (let column = 0; column < this.#centre.columns; column++) {
        const i = row * this.#centre.columns + column;
        nearest(line, this.#centre.left + column * cell, this.#centre.bottom + row * cell, here);
        this.#centre.values[i] = here.centre;
        this.#half.values[i] = here.centre - here.distance;
      }
    }
  }

  distance(x: number, y: number, z: number): number {
    const half = this.#half.at(x, y);
    const across = this.#centre.distanceAt(x, y);
    const over = Math.abs(z) - (this.#depth - half);
    return over > 0 ? Math.sqrt(across * across + over * over) - half : across - half;
  }
}
