import { Grid } from './grid.ts';
import type { Knot } from './spline.ts';
import { nearest, newNearest } from './wall.ts';

/** Clay that follows a line in the plane through the pot's axis; the knots' `half` is half its thickness. */
export interface Sweep {
  readonly line: readonly Knot[];
  /** Half the width of a strip across the plane; without it, the clay is round, like a spout. */
  readonly depth?: number;
  /** Wall thickness of a pipe, which is open at the end of its line; undefined if the clay is solid. */
  readonly pipe?: number;
}

/** A sweep as tables over the plane: distance to the line, and half the thickness at its nearest point. */
export class BakedSweep {
  readonly ends: readonly [number, number];
  readonly top: number;
  readonly #centre: Grid;
  readonly #half: Grid;
  readonly #depth: number | undefined;
  readonly #pipe: number | undefined;
  readonly #mouth: { x: number; y: number; along: readonly [number, number] };

  constructor({ line, depth, pipe }: Sweep) {
    const thick = Math.max(depth ?? 0, ...line.map((knot) => knot[2]));
    const left = Math.min(...line.map((knot) => knot[0])) - thick;
    const right = Math.max(...line.map((knot) => knot[0])) + thick;
    const bottom = Math.min(...line.map((knot) => knot[1])) - thick;
    this.top = Math.max(...line.map((knot) => knot[1])) + thick;
    this.ends = [left, right];
    this.#depth = depth;
    this.#pipe = pipe;
    const [end, before] = [line.at(-1) as Knot, line.at(-2) as Knot];
    const [ex, ey] = [end[0] - before[0], end[1] - before[1]];
    const step = Math.hypot(ex, ey) || 1;
    this.#mouth = { x: end[0], y: end[1], along: [ex / step, ey / step] };
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
    if (this.#depth === undefined) return this.#hollowed(x, y, Math.hypot(across, z), half);
    const over = Math.abs(z) - (this.#depth - half);
    return over > 0 ? Math.sqrt(across * across + over * over) - half : across - half;
  }

  #hollowed(x: number, y: number, off: number, half: number): number {
    if (this.#pipe === undefined) return off - half;
    const { along, ...mouth } = this.#mouth;
    const beyond = (x - mouth.x) * along[0] + (y - mouth.y) * along[1];
    return Math.max(off - half, half - this.#pipe - off, beyond);
  }
}
