import { CORK, type Colour, type Glaze } from './glazes.ts';
import { cloud3, noise3, ringNoise, smoothstep, spots3 } from './noise.ts';
import type { Decorate, Paint } from './pattern.ts';
import type { Piece } from './pieces.ts';
import { randomOf, seedOf } from './random.ts';
import type { InSection, Part, Solid } from './solid.ts';
import { turn } from './turn.ts';

/** The surface properties at one point. */
export interface Surface {
  red: number;
  green: number;
  blue: number;
  /** 1 glassy … 0 dry. */
  gloss: number;
  /** Whether it is the inner skin of the pot. */
  inside: boolean;
  /** The normal, tilted by the relief of the decoration. */
  nx: number;
  ny: number;
  nz: number;
}

/** A thrown, glazed and fired piece. */
export class Pot {
  readonly solid: Solid;
  readonly #piece: Piece;
  readonly #decorate: Decorate;
  readonly #noise: number;
  readonly #footLine: number;
  readonly #spot = { angle: 0, up: 0, radius: 0, inside: false, x: 0, y: 0, z: 0 };
  readonly #at: InSection = { r: 0, y: 0 };
  readonly #paint: Paint = { second: 0, relief: 0, thickness: 1 };

  constructor(piece: Piece) {
    this.#piece = piece;
    const random = randomOf(piece.seed, 'throw');
    this.solid = turn(piece.kind, piece.form, random);
    const { wall } = this.solid;
    this.#footLine = random.between(0.05, 0.1);
    this.#noise = seedOf(piece.seed, 'noise');
    this.#decorate = piece.pattern.draw(randomOf(piece.seed, 'decorate'), {
      length: wall.length - wall.floorLength,
      radius: wall.radius,
      flat: piece.kind.flat ?? false,
    });
  }

  /** The colour that it reflects onto the paper around it. */
  get glow(): Colour {
    return this.#piece.glaze.body;
  }

  /** Fills in all of `out` at a point of the skin whose true normal is (nx, ny, nz). */
  surfaceAt(
    x: number,
    y: number,
    z: number,
    nx: number,
    ny: number,
    nz: number,
    out: Surface,
  ): void {
    const part = this.solid.partAt(x, y, z);
    out.nx = nx;
    out.ny = ny;
    out.nz = nz;
    if (part === 'cap' && this.solid.cap?.material === 'cork') {
      this.#cork(x, y, z, out);
      return;
    }
    const stuckOn = part !== 'wall';
    const paint = this.#paintAt(x, y, z, stuckOn);
    const { second, relief, thickness } = paint;
    if (!stuckOn) this.#tilt(x, y, z, relief, out);
    this.#colour(x, y, z, second, thickness, part, out);
  }

  #cork(x: number, y: number, z: number, out: Surface): void {
    const grain = noise3(x * 30, y * 44, z * 30, this.#noise + 11);
    const pore = spots3(x * 22, y * 22, z * 22, 0.5, this.#noise + 12);
    out.inside = false;
    lay(CORK, 1 + 0.8 * grain - 0.9 * pore, 1, out);
  }

  #paintAt(x: number, y: number, z: number, stuckOn: boolean): Paint {
    const { wall } = this.solid;
    const spot = this.#spot;
    const at = this.#at;
    this.solid.sectionAt(x, y, z, at);
    spot.x = x;
    spot.y = y;
    spot.z = z;
    spot.radius = at.r;
    spot.angle = Math.atan2(z, x);
    spot.inside = wall.side.at(at.r, at.y) < 0;
    spot.up = (wall.along.at(at.r, at.y) - wall.floorLength) / (wall.length - wall.floorLength);
    const paint = this.#paint;
    paint.second = 0;
    paint.thickness = 1;
    const { kind, pattern } = this.#piece;
    const bare = stuckOn ? !pattern.covers : spot.inside && kind.decorated === 'outside';
    if (stuckOn) spot.up = y / wall.height;
    // No hand throws perfectly round: faint dents and finger rings make the highlights live.
    paint.relief = 0.0035 * noise3(x * 4.5, y * 4.5, z * 4.5, this.#noise + 3);
    paint.relief += 0.0004 * Math.sin(spot.up * wall.length * 62 + spot.angle);
    if (!bare) this.#decorate(spot, paint);
    return paint;
  }

  /** Blinn's bump mapping: the slope of the relief along two tangents, by differences. */
  #tilt(x: number, y: number, z: number, here: number, out: Surface): void {
    const { nx, ny, nz } = out;
    const step = 0.012;
    const length = Math.hypot(nx, nz) || 1;
    // Around the pot, and up along the skin; on a level floor, any two tangents work.
    const ux = length > 1e-3 ? -nz / length : 1;
    const uz = length > 1e-3 ? nx / length : 0;
    const vx = ny * uz;
    const vy = nz * ux - nx * uz;
    const vz = -ny * ux;
    const a = this.#paintAt(x + ux * step, y, z + uz * step, false).relief - here;
    const b = this.#paintAt(x + vx * step, y + vy * step, z + vz * step, false).relief - here;
    if (a === 0 && b === 0) return;
    const tx = nx - (a * ux + b * vx) / step;
    const ty = ny - (b * vy) / step;
    const tz = nz - (a * uz + b * vz) / step;
    const size = 1 / Math.sqrt(tx * tx + ty * ty + tz * tz);
    out.nx = tx * size;
    out.ny = ty * size;
    out.nz = tz * size;
  }

  #colour(
    x: number,
    y: number,
    z: number,
    second: number,
    painted: number,
    part: Part,
    out: Surface,
  ): void {
    const { glaze, second: other, clay, liner, kind } = this.#piece;
    const { wall } = this.solid;
    const stuckOn = part !== 'wall';
    const at = this.#at;
    this.solid.sectionAt(x, y, z, at);
    const inside = !stuckOn && wall.side.at(at.r, at.y) < 0;
    const along = wall.along.at(at.r, at.y);
    const toLip = stuckOn ? 1 : wall.length - along;
    const up = (along - wall.floorLength) / (wall.length - wall.floorLength);
    // Glaze runs down while it melts: thin at the lip, thick above the foot and on the floor.
    let thickness = painted - 1.1 * (1 - smoothstep(0.005, 0.06, toLip));
    if (!stuckOn) thickness += 0.45 * (1 - smoothstep(0.05, 0.4, up));
    // Clouds, drawn out downwards, and the fine streaks of a glaze that ran.
    const streaks = noise3(x * 17, y * 3.5, z * 17, this.#noise + 5);
    const clouds = 0.8 * cloud3(x * 2.8, y * 1.5, z * 2.8, this.#noise) + 0.3 * streaks;
    const main = inside && kind.decorated === 'outside' ? liner : glaze;
    out.inside = inside;
    lay(main, thickness + 1.7 * main.cloud * clouds, 1, out);
    if (other && second > 0) lay(other, thickness + 1.7 * other.cloud * clouds, second, out);
    const spots = main.spots * (1 - second);
    if (spots > 0) {
      const fine = 15 * (2.4 / Math.max(wall.height, wall.radius * 2)) ** 0.7;
      const speck = spots3(x * fine, y * fine, z * fine, spots, this.#noise + 7);
      out.red *= 1 - 0.6 * speck;
      out.green *= 1 - 0.75 * speck;
      out.blue *= 1 - 0.85 * speck;
    }
    if (!stuckOn && !inside) {
      const edge = this.#footLine + 0.018 * ringNoise(Math.atan2(z, x), 9, this.#noise);
      const bare = 1 - smoothstep(edge - 0.008, edge + 0.008, y);
      if (bare > 0) lay(clay, 1 + clouds, bare, out);
    }
  }
}

/** Applies a glaze of the given thickness on top of the surface. */
function lay(glaze: Glaze, thickness: number, cover: number, out: Surface): void {
  const { thin, body, deep } = glaze;
  const t = thickness < 0 ? 0 : Math.min(thickness, 2);
  const [from, to] = t < 1 ? [thin, body] : [body, deep];
  const share = t < 1 ? t * t * (3 - 2 * t) : t - 1;
  const under = 1 - cover;
  out.red = out.red * under + (from[0] + (to[0] - from[0]) * share) * cover;
  out.green = out.green * under + (from[1] + (to[1] - from[1]) * share) * cover;
  out.blue = out.blue * under + (from[2] + (to[2] - from[2]) * share) * cover;
  out.gloss = out.gloss * under + glaze.gloss * cover;
}
