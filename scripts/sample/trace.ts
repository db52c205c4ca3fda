import type { Solid } from './solid.ts';

/**
 * Traces rays through one solid on the table y = 0 by sphere tracing (Hart 1996): the signed distance is how far a
 * ray can go without hitting anything.
 */
export class Tracer {
  readonly #solid: Solid;
  readonly #reach: number;
  readonly #middle: number;

  constructor(solid: Solid) {
    this.#solid = solid;
    const { box, height } = solid;
    this.#reach = Math.hypot(Math.max(-box.left, box.right), height / 2);
    this.#middle = height / 2;
  }

  /** Distance along the ray to the clay; −1 for a miss. The direction must have length 1. */
  hit(ox: number, oy: number, oz: number, dx: number, dy: number, dz: number): number {
    const { box, height } = this.#solid;
    // Slabs: the box is entered after all its near sides and left before any far one.
    const ix = 1 / (dx || 1e-12);
    const iy = 1 / (dy || 1e-12);
    const iz = 1 / (dz || 1e-12);
    const [x0, x1] = [(box.left - ox) * ix, (box.right - ox) * ix];
    const [y0, y1] = [-oy * iy, (height - oy) * iy];
    const [z0, z1] = [(-box.deep - oz) * iz, (box.deep - oz) * iz];
    const near = Math.max(0, Math.min(x0, x1), Math.min(y0, y1), Math.min(z0, z1));
    const far = Math.min(Math.max(x0, x1), Math.max(y0, y1), Math.max(z0, z1));
    if (near > far) return -1;
    let t = near;
    for (let i = 0; i < 90 && t <= far; i++) {
      const d = this.#solid.distance(ox + dx * t, oy + dy * t, oz + dz * t);
      if (d < 0.0012) return t;
      t += d * 0.93;
    }
    return -1;
  }

  /** The outward normal, from four samples at the corners of a tetrahedron. */
  normal(x: number, y: number, z: number, out: Float64Array): void {
    const h = this.#solid.wall.distance.cell;
    const a = this.#solid.distance(x + h, y - h, z - h);
    const b = this.#solid.distance(x - h, y - h, z + h);
    const c = this.#solid.distance(x - h, y + h, z - h);
    const d = this.#solid.distance(x + h, y + h, z + h);
    const nx = a - b - c + d;
    const ny = -a - b + c + d;
    const nz = -a + b - c + d;
    const size = 1 / (Math.sqrt(nx * nx + ny * ny + nz * nz) || 1);
    out[0] = nx * size;
    out[1] = ny * size;
    out[2] = nz * size;
  }

  /**
   * The share of a round light of half-angle `width` (radians) that a point sees, from the nearest miss of one ray as
   * an angle. It ranges from −1 (fully dark) to 1, so that the penumbra has an outer and an inner half
   * (Quilez, "soft shadows"; the second half is Aaltonen's).
   */
  light(
    ox: number,
    oy: number,
    oz: number,
    dx: number,
    dy: number,
    dz: number,
    width: number,
    fromInside: boolean,
  ): number {
    const solid = this.#solid;
    const my = this.#middle - oy;
    const toward = -ox * dx + my * dy - oz * dz;
    const passes = Math.sqrt(Math.max(0, ox * ox + my * my + oz * oz - toward * toward));
    if (passes > this.#reach + width * Math.max(0, toward + this.#reach)) return 1;
    const end = Math.max(0, toward + this.#reach * 1.6);
    let seen = 1;
    let before = 0;
    let step = 0;
    let t = Math.max(0.01, toward - this.#reach * 2);
    for (let i = 0; i < 80 && t < end; i++) {
      const d = solid.shadeDistance(ox + dx * t, oy + dy * t, oz + dz * t, fromInside);
      seen = Math.min(seen, d / (width * t));
      if (seen < -1) return 0;
      // Two spheres of free space, `step` apart: their intersection may be closer to the clay than both centres.
      const back = step > 0 ? (d * d + step * step - before * before) / (2 * step) : 0;
      if (d > 0 && back > 0 && back < step && back < d) {
        seen = Math.min(seen, Math.sqrt(d * d - back * back) / (width * (t - back)));
      }
      before = Math.max(0, d);
      step = Math.max(0.014, Math.min(Math.abs(d) * 0.5, d < 0 ? 0.06 : 0.35));
      t += step;
    }
    seen = Math.max(seen, -1);
    return 0.25 * (1 + seen) * (1 + seen) * (2 - seen);
  }

  /**
   * Ambient occlusion: how open the sky above a point is, 0…1. Near an object, the distance field along the normal
   * grows more slowly than the distance travelled (Evans 2006).
   */
  openness(
    x: number,
    y: number,
    z: number,
    nx: number,
    ny: number,
    nz: number,
    scale: number,
    withTable: boolean,
  ): number {
    let closed = 0;
    let weight = 0.52;
    let reach = scale * 0.055;
    for (let i = 0; i < 5; i++) {
      const py = y + ny * reach;
      let d = this.#solid.distance(x + nx * reach, py, z + nz * reach);
      if (withTable && py < d) d = py;
      closed += (weight * Math.max(0, reach - d)) / reach;
      weight *= 0.66;
      reach *= 1.9;
    }
    return Math.max(0, 1 - closed * 0.78);
  }
}
