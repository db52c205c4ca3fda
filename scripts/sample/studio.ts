import type { Backdrop } from './backdrops.ts';
import { toward, type Vector } from './direction.ts';
import type { Colour } from './glazes.ts';
import { smoothstep } from './noise.ts';
import type { Pot, Surface } from './skin.ts';
import { Tracer } from './trace.ts';
import type { View } from './views.ts';
import type { Wall } from './wall.ts';

/** How far behind the pot a wall stands, and how wide a window's pane is: halves of the pot's size. */
const WALL = 3.4;
const PANE = 3.6;

/**
 * The studio: a softbox on one side, a white card on the other, a paper sweep below and behind, and a dim room
 * around. All values are linear light, in which lit paper has its own colour.
 */
export class Studio {
  readonly #pot: Pot;
  readonly #tracer: Tracer;
  readonly #scale: number;
  readonly #paper: Colour;
  readonly #key: Colour;
  readonly #sky: Colour;
  /** Towards the softbox, and its two sides. */
  readonly #light: Vector;
  readonly #lightRight: Vector;
  readonly #lightUp: Vector;
  readonly #lightFlat: Vector;
  readonly #card: Vector;
  readonly #back: Vector;
  readonly #backdrop: Backdrop;
  readonly #paperLight: number;
  readonly #lie: { readonly cos: number; readonly sin: number };
  readonly #normal = new Float64Array(3);
  readonly #surface: Surface = {
    red: 0,
    green: 0,
    blue: 0,
    gloss: 0,
    inside: false,
    nx: 0,
    ny: 0,
    nz: 0,
  };

  constructor(pot: Pot, view: View) {
    this.#pot = pot;
    this.#tracer = new Tracer(pot.solid);
    this.#scale = Math.max(pot.solid.height, pot.solid.radius * 2) / 2;
    this.#backdrop = view.backdrop;
    this.#paper = view.backdrop.colour;
    const [red, green, blue] = this.#paper;
    this.#paperLight = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    // The angle of cloth and boards differs between photos.
    const lie = 0.35 * Math.sin(view.azimuth * 7 + view.elevation * 31);
    this.#lie = { cos: Math.cos(lie), sin: Math.sin(lie) };
    const around = view.azimuth + view.light.azimuth;
    const above = view.light.elevation;
    this.#light = toward(around, above);
    this.#lightRight = toward(around + Math.PI / 2, 0);
    this.#lightFlat = toward(around, 0);
    this.#lightUp = toward(around + Math.PI, Math.PI / 2 - above);
    this.#card = toward(view.azimuth - Math.sign(view.light.azimuth) * 1.25, 0.25);
    this.#back = toward(view.azimuth + Math.PI, 0);
    const warm = view.warmth;
    const power = view.exposure;
    this.#key = [power * (1 + 0.025 * warm), power, power * (1 - 0.05 * warm)];
    this.#sky = [power * (0.985 + 0.012 * warm), power * 0.99, power * (1.01 - 0.03 * warm)];
  }

  /** Writes the light along a ray to the camera into `out`. Returns the kind of surface that it hit. */
  look(ox: number, oy: number, oz: number, d: Vector, out: Float64Array): Met {
    const t = this.#tracer.hit(ox, oy, oz, d[0], d[1], d[2]);
    if (t >= 0) {
      this.#shadePot(ox + d[0] * t, oy + d[1] * t, oz + d[2] * t, d, out);
      return 'pot';
    }
    this.#shadePaper(ox, oy, oz, d, out);
    return 'paper';
  }

  #shadePaper(ox: number, oy: number, oz: number, d: Vector, out: Float64Array): void {
    const { wall, window } = this.#backdrop;
    const scale = this.#scale;
    const b = this.#back;
    const ahead = Math.max(1e-4, d[0] * b[0] + d[2] * b[2]);
    const toTable = -oy / Math.min(d[1], -1e-4);
    const toWall = wall
      ? (WALL * scale - (ox * b[0] + oz * b[2])) / ahead
      : Number.POSITIVE_INFINITY;
    const onWall = toWall < toTable;
    const far = Math.min(toTable, toWall);
    const x = ox + d[0] * far;
    const y = onWall ? oy + d[1] * far : 0;
    const z = oz + d[2] * far;
    const depth = x * b[0] + z * b[2];
    // The sweep curves up behind the pot: further back it takes its tone from the height in the frame.
    const sweep = wall ? 0 : smoothstep(2.2 * scale, 9 * scale, depth);
    const l = this.#light;
    let lit = 1;
    let open = 1;
    let near = 0;
    if (sweep < 1) {
      const [nx, ny, nz] = onWall ? [-b[0], 0, -b[2]] : [0, 1, 0];
      lit = this.#tracer.light(x, y, z, l[0], l[1], l[2], onWall ? 0.3 : 0.2, false);
      open = this.#tracer.openness(x, y, z, nx, ny, nz, scale * 1.25, false);
      const reach = this.#pot.solid.wall.radius;
      near = onWall ? 0 : Math.exp(-Math.max(0, Math.hypot(x, z) - reach) / (0.3 * scale));
    }
    lit += (1 - lit) * sweep;
    open += (1 - open) * sweep;
    // The table's far end and the wall's foot shade each other.
    const corner = wall ? 1 - 0.35 * Math.exp(-((WALL * scale - depth + y) / (0.5 * scale))) : 1;
    if (window) lit *= this.#throughPanes(x, y, z);
    // Light thins out away from the softbox, and up the sweep.
    const side = (x * this.#lightUp[0] + z * this.#lightUp[2]) / scale;
    const shade = 1 - this.#backdrop.falloff * (0.12 * Math.tanh(side * 0.35) + 0.08 + 0.6 * sweep);
    const ground = onWall && wall ? wall : this.#backdrop;
    const tone = this.#grainAt(ground.grain, x, y, z, onWall) * corner;
    const body = this.#pot.glow;
    for (let i = 0; i < 3; i++) {
      const key = (this.#key[i] as number) * 0.6 * lit;
      const paper = (ground.colour[i] as number) * tone;
      const sky = (this.#sky[i] as number) * 0.4 * (0.14 + 0.86 * manyBounces(open, paper * 0.8));
      // Paper in the pot's shadow takes on some of its colour.
      const bleed = 1 - 0.22 * near * (1 - lit * open) * (1 - (body[i] as number));
      out[i] = 1.07 * paper * shade * bleed * (key + sky);
    }
  }

  /** The texture of table or wall, fixed relative to the camera, regardless of the visible side of the pot. */
  #grainAt(grain: Backdrop['grain'], x: number, y: number, z: number, onWall: boolean): number {
    if (!grain) return 1;
    const b = this.#back;
    const right = (x * -b[2] + z * b[0]) / this.#scale;
    if (onWall) return grain({ across: right + 7, away: y / this.#scale });
    const away = (x * b[0] + z * b[2]) / this.#scale;
    const { cos, sin } = this.#lie;
    return grain({ across: right * cos + away * sin + 5, away: away * cos - right * sin + 9 });
  }

  /** The share of light that passes the panes of a tall window; the pot is in the light of one pane. */
  #throughPanes(x: number, y: number, z: number): number {
    const scale = this.#scale;
    const r = this.#lightRight;
    const u = this.#lightUp;
    const across = (x * r[0] + y * r[1] + z * r[2]) / (PANE * scale) + 0.5;
    const up = (x * u[0] + y * u[1] + z * u[2]) / (PANE * 1.15 * scale) + 0.42;
    const soft = 0.07;
    const bar = (t: number) => smoothstep(0.02, 0.02 + soft, Math.abs(t - Math.round(t)));
    const edge = (t: number, low: number, high: number) =>
      smoothstep(low - soft, low + soft, t) * (1 - smoothstep(high - soft, high + soft, t));
    return 0.62 + 0.38 * bar(across) * bar(up) * edge(across, -1, 2) * edge(up, -1, 2);
  }

  #shadePot(x: number, y: number, z: number, d: Vector, out: Float64Array): void {
    const n = this.#normal;
    const s = this.#surface;
    this.#tracer.normal(x, y, z, n);
    const [gx, gy, gz] = n as unknown as Vector;
    this.#pot.surfaceAt(x, y, z, gx, gy, gz, s);
    const l = this.#light;
    const [px, py, pz] = [x + gx * 0.012, y + gy * 0.012, z + gz * 0.012];
    const facing = s.nx * l[0] + s.ny * l[1] + s.nz * l[2];
    const away = gx * l[0] + gy * l[1] + gz * l[2] < -0.15;
    const lit = away ? 0 : this.#tracer.light(px, py, pz, l[0], l[1], l[2], 0.16, s.inside);
    const near = this.#tracer.openness(x, y, z, gx, gy, gz, this.#scale * 0.9, true);
    const open = s.inside ? near * skyThroughMouth(this.#pot.solid.wall, y) : near;
    // A softbox is wide, so it also lights surfaces that face slightly away from it.
    const key = lit * Math.max(0, (facing + 0.18) / 1.18) * 1.02;
    const c = this.#card;
    const card = Math.max(0, 0.25 + 0.75 * (s.nx * c[0] + s.ny * c[1] + s.nz * c[2])) * 0.2;
    const up = 0.5 + 0.5 * s.ny;
    const bounce = (1 - up) * 0.42 * (0.35 + 0.65 * smoothstep(0, 0.5 * this.#scale, y));

    const cos = Math.max(0, -(d[0] * s.nx + d[1] * s.ny + d[2] * s.nz));
    const mirror = this.#mirror(px, py, pz, d, cos, lit);
    for (let i = 0; i < 3; i++) {
      const albedo = i === 0 ? s.red : i === 1 ? s.green : s.blue;
      const soft =
        (up * 0.44 + card) * (this.#sky[i] as number) + bounce * (this.#paper[i] as number);
      const light =
        key * (this.#key[i] as number) + soft * (0.12 + 0.88 * manyBounces(open, albedo));
      out[i] = albedo * light + mirror * (this.#key[i] as number);
    }
  }

  /** The glaze's reflection of softbox, card, paper and dim room. One number, because all are nearly white. */
  #mirror(x: number, y: number, z: number, d: Vector, cos: number, lit: number): number {
    const s = this.#surface;
    const rx = d[0] + 2 * cos * s.nx;
    const ry = d[1] + 2 * cos * s.ny;
    const rz = d[2] + 2 * cos * s.nz;
    // Schlick's Fresnel, 4 % head on as for any glass; a dry surface has no grazing shine.
    const grazing = (1 - cos) ** 5;
    const fresnel = 0.012 + 0.028 * s.gloss + (0.06 + 0.5 * s.gloss) * s.gloss * grazing;
    if (this.#tracer.hit(x, y, z, rx, ry, rz) >= 0) return fresnel * 0.1;
    const blur = 0.5 - 0.44 * s.gloss;
    const l = this.#light;
    const ahead = rx * l[0] + ry * l[1] + rz * l[2];
    let box = 0;
    if (ahead > 0.05) {
      const { '0': ax, '1': ay, '2': az } = this.#lightRight;
      const { '0': bx, '1': by, '2': bz } = this.#lightUp;
      const across = Math.abs(rx * ax + ry * ay + rz * az) / ahead;
      // Like a window, it extends further down, to the table, than up, so that upright walls reflect it too.
      const up = (rx * bx + ry * by + rz * bz) / ahead;
      const along = up > 0 ? up : -up * 0.32;
      box =
        (1 - smoothstep(0.3 - 0.3 * blur, 0.34 + 1.2 * blur, across)) *
        (1 - smoothstep(0.36 - 0.3 * blur, 0.5 + 1.2 * blur, along));
    }
    const c = this.#card;
    const card = smoothstep(0.82 - blur * 0.5, 0.95, rx * c[0] + ry * c[1] + rz * c[2]);
    const paper = smoothstep(0.15, -0.3, ry);
    const bright = 0.5 + 0.5 * (rx * this.#lightFlat[0] + rz * this.#lightFlat[2]);
    const room = 0.18 + 0.5 * Math.max(0, ry);
    const window = box * (0.25 + 0.75 * lit) * (3 + 11 * s.gloss * s.gloss);
    return (
      fresnel *
      (window +
        1.1 * card +
        (1 - paper) * room +
        paper * bright * Math.min(1, this.#paperLight + 0.12))
    );
  }
}

export type Met = 'pot' | 'paper';

/** The share of an even sky that the bottom of a shaft sees: the form factor of a disc above a point. */
function skyThroughMouth({ mouth, height }: Wall, y: number): number {
  const deep = Math.max(0, height - y);
  return (mouth * mouth) / (mouth * mouth + deep * deep);
}

/** Light that bounces inside a hollow is not lost, least of all on a bright glaze (Jimenez 2016). */
function manyBounces(open: number, albedo: number): number {
  const a = 2.0404 * albedo - 0.3324;
  const b = -4.7951 * albedo + 0.6417;
  const c = 2.7552 * albedo + 0.6903;
  return Math.max(open, ((open * a + b) * open + c) * open);
}
