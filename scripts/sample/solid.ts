import type { Grid } from './grid.ts';
import { smoothstep } from './noise.ts';
import type { Knot } from './spline.ts';
import { BakedSweep, type Sweep } from './sweep.ts';
import { bakeTurned, melt, type Wall } from './wall.ts';

/** A lid or a stopper, turned on the wheel like the wall. It rests on the lip, with a visible seam. */
export interface Cap {
  /** Lines as of a wall, (r, y) in decimetres; the axis is their left edge. */
  readonly lines: readonly (readonly Knot[])[];
  readonly material: 'glaze' | 'cork';
}

/** A lip drawn out with a finger at −x, so that it pours. Lengths in decimetres. */
export interface PulledLip {
  /** Where up the wall the pull begins. */
  readonly from: number;
  readonly reach: number;
  readonly rise: number;
  /** Half its width around the pot, radians. */
  readonly half: number;
}

/** The parts added to a turned wall. */
export interface Fittings {
  readonly sweeps?: readonly Sweep[];
  readonly cap?: Cap;
  readonly lip?: PulledLip;
}

export type Part = 'wall' | 'stuck on' | 'cap';

/** A point seen in the half section of the wall. */
export interface InSection {
  r: number;
  y: number;
}

/** The photographed object: a wall of revolution around the y axis, and its fittings. */
export class Solid {
  readonly wall: Wall;
  readonly cap: Cap | undefined;
  readonly radius: number;
  readonly height: number;
  /** Bounding box of the whole object. */
  readonly box: { readonly left: number; readonly right: number; readonly deep: number };
  readonly #sweeps: readonly BakedSweep[];
  readonly #cap: Grid | undefined;
  readonly #lip: PulledLip | undefined;
  readonly #seen: InSection = { r: 0, y: 0 };

  constructor(wall: Wall, { sweeps = [], cap, lip }: Fittings = {}) {
    this.wall = wall;
    this.cap = cap;
    this.#lip = lip;
    this.#sweeps = sweeps.map((sweep) => new BakedSweep(sweep));
    this.#cap = cap && bakeTurned(cap.lines, wall.distance.cell);
    const ends = this.#sweeps.flatMap((sweep) => sweep.ends);
    const capTop = cap?.lines.flat().map(([, y, half]) => y + half) ?? [];
    this.radius = wall.radius;
    this.height = Math.max(
      wall.height + (lip?.rise ?? 0),
      ...this.#sweeps.map((sweep) => sweep.top),
      ...capTop,
    );
    this.box = {
      left: Math.min(-wall.radius, -wall.mouth - (lip?.reach ?? 0) - 0.1, ...ends),
      right: Math.max(wall.radius, ...ends),
      deep: wall.radius,
    };
  }

  /** Maps a point to the wall's section: undoes the revolution, then the pull of the lip. */
  sectionAt(x: number, y: number, z: number, out: InSection): void {
    const r = Math.sqrt(x * x + z * z);
    const pull = this.#pullAt(x, y, z, r);
    out.r = r;
    out.y = y;
    if (pull === 0 || !this.#lip) return;
    out.r = r - this.#lip.reach * pull;
    out.y = y - this.#lip.rise * pull * pull;
  }

  /** Signed distance to the clay. It exceeds the true distance by at most one table cell. */
  distance(x: number, y: number, z: number): number {
    let d = this.#wallDistance(x, y, z);
    for (const sweep of this.#sweeps) {
      d = melt(d, sweep.distance(x, y, z), 0.06);
    }
    return this.#cap ? Math.min(d, this.#capDistance(x, y, z)) : d;
  }

  /**
   * The same for a ray to a light, which treats a pot's thin wall as infinitely thick: from outside as if the pot
   * were full to the lip, from inside as if it were sunk into the ground. The hard shadow is the same, and a ray's
   * depth in the clay determines how dark the soft shadow is.
   */
  shadeDistance(x: number, y: number, z: number, fromInside: boolean): number {
    this.sectionAt(x, y, z, this.#seen);
    const f = this.wall.hollow.distanceAt(this.#seen.r, this.#seen.y);
    const filled = Math.max(fromInside ? -f : f, this.#seen.y - this.wall.height);
    return Math.min(this.distance(x, y, z), filled);
  }

  /** Which part of the piece a point of its skin belongs to. */
  partAt(x: number, y: number, z: number): Part {
    const wall = this.#wallDistance(x, y, z);
    let nearest = wall;
    let part: Part = 'wall';
    for (const sweep of this.#sweeps) {
      const d = sweep.distance(x, y, z);
      if (d < nearest) [nearest, part] = [d, 'stuck on'];
    }
    return this.#cap && this.#capDistance(x, y, z) < nearest ? 'cap' : part;
  }

  #wallDistance(x: number, y: number, z: number): number {
    const r = Math.sqrt(x * x + z * z);
    const lip = this.#lip;
    const pull = this.#pullAt(x, y, z, r);
    if (pull === 0 || !lip) return this.wall.distance.distanceAt(r, y);
    // Pulling stretches space, so distances are shortened to avoid overstepping.
    const d = this.wall.distance.distanceAt(r - lip.reach * pull, y - lip.rise * pull * pull);
    return d * (1 - 0.4 * Math.min(1, pull * 4));
  }

  #capDistance(x: number, y: number, z: number): number {
    return (this.#cap as Grid).distanceAt(Math.sqrt(x * x + z * z), y);
  }

  /** 0 where the wall is as thrown … 1 at the tip of the pulled lip. */
  #pullAt(x: number, y: number, z: number, r: number): number {
    const lip = this.#lip;
    if (!lip || y <= lip.from || x >= 0) return 0;
    const off = Math.atan2(z, -x) / lip.half;
    if (off > 1 || off < -1) return 0;
    const across = (1 - off * off) ** 2;
    const up = Math.min(1.15, (y - lip.from) / (this.wall.height - lip.from));
    return across * up * up * smoothstep(0, this.wall.mouth * 0.7, r);
  }
}
